import { TEXT } from '../expose/formats/text.js';
import { render } from '../expose/formats/render.js';
import { readEngine } from '../expose/read-engine.js';
import { engineOf, type MetricStore } from '../metrics/store.js';

/** The metrics of a store in the text format. Nothing is collected for it. */
export async function storeText(store: MetricStore): Promise<string> {
  const neverGivenUp = new AbortController().signal;
  return Buffer.concat(await render(readEngine(engineOf(store), []), TEXT, neverGivenUp)).toString();
}
