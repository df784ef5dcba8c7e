import { Agent, get, type IncomingMessage } from 'node:http';
import { once } from 'node:events';

/** One keep-alive connection, as Prometheus uses it. */
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

export interface Scrape {
  readonly body: Buffer;
  readonly milliseconds: number;
}

/**
 * Reads `/metrics` to its last byte, as uncompressed plain text: the format that both libraries have.
 *
 * @errors throws if the status is not 200: an empty exposition would be a fast one
 */
export async function scrape(port: number): Promise<Scrape> {
  const start = performance.now();
  const request = get({ host: '127.0.0.1', port, path: '/metrics', agent, headers: { accept: 'text/plain' } });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  if (response.statusCode !== 200) throw new Error(`Expected a scrape to be answered 200, got ${response.statusCode}.`);
  const pieces: Buffer[] = [];
  for await (const piece of response as AsyncIterable<Buffer>) pieces.push(piece);
  const milliseconds = performance.now() - start;
  const body = Buffer.concat(pieces);
  return { body, milliseconds };
}
