import { type Reading } from '../../reading.js';
import { entriesOf } from './entries.js';
import { foreignToJson } from './foreign-json.js';
import { cellsFrame, jsonFrame, type Owner } from './frames.js';
import { type ShareContent } from './share-content.js';

/** The frames of a share. Those of the own numbers come last, because more of them can be appended. */
export function shareFrames({ head, own, inherited, inheritedIds }: ShareContent): readonly Uint8Array[] {
  return [
    jsonFrame('head', 'own', head),
    jsonFrame('ids', 'inherited', inheritedIds),
    ...readingFrames('inherited', inherited),
    ...readingFrames('own', own),
  ];
}

function readingFrames(owner: Owner, { own, chunks, foreign }: Reading): readonly Uint8Array[] {
  return [
    jsonFrame('entries', owner, entriesOf(own)),
    ...chunks.map((cells) => cellsFrame(owner, cells)),
    ...(foreign.length > 0 ? [jsonFrame('foreign', owner, foreignToJson(foreign))] : []),
  ];
}
