import { type Reading } from '../../reading.js';
import { entriesOf } from './entries.js';
import { foreignToJson } from './foreign-json.js';
import { cellsFrame, jsonFrame, type Owner } from './frames.js';
import { type ShareContent } from './share-content.js';

/** The frames of a share. Those of the own numbers come last, because more of them can be appended. */
export function shareFrames({ head, own, inherited, inheritedIds }: ShareContent): readonly Uint8Array[] {
  return [jsonFrame('head', 'own', head), ...inheritedFrames(inherited, inheritedIds), ...readingFrames('own', own)];
}

export function inheritedFrames(inherited: Reading, inheritedIds: readonly string[]): readonly Uint8Array[] {
  return [jsonFrame('ids', 'inherited', inheritedIds), ...readingFrames('inherited', inherited)];
}

function readingFrames(owner: Owner, { own, chunks, foreign }: Reading): readonly Uint8Array[] {
  return [jsonFrame('entries', owner, entriesOf(own)), ...valueFrames(owner, chunks, foreign)];
}

export function valueFrames(
  owner: Owner,
  chunks: Reading['chunks'],
  foreign: Reading['foreign'],
): readonly Uint8Array[] {
  const cells = chunks.map((chunk) => cellsFrame(owner, chunk));
  return foreign.length > 0 ? [...cells, jsonFrame('foreign', owner, foreignToJson(foreign))] : cells;
}
