/**
 * A share as bytes, for the file and for the socket of a process: one frame after the other, each with a head of 8 bytes
 * and a length that is a multiple of 8, so that cells can be read where they are.
 *
 * What is appended to a file can be torn by the end of its process: a frame that is not there as a whole is no frame.
 */
export const FRAME_KINDS = ['head', 'ids', 'entries', 'chunk', 'foreign'] as const;
export type FrameKind = (typeof FRAME_KINDS)[number];

/** Whose numbers they are: those of the process, or those that it inherited from processes that have ended. */
export const OWNERS = ['own', 'inherited'] as const;
export type Owner = (typeof OWNERS)[number];

export interface Frame {
  readonly kind: FrameKind;
  readonly owner: Owner;
  readonly payload: Uint8Array<ArrayBuffer>;
}

export const FRAME_HEAD_BYTES = 8;
const ALIGNMENT = 8;
/** Trailing spaces mean nothing in JSON. */
const SPACE = 32;

/** A frame with a value as JSON. */
export function jsonFrame(kind: FrameKind, owner: Owner, value: unknown): Uint8Array {
  const text = Buffer.from(JSON.stringify(value));
  const frame = newFrame(kind, owner, text.byteLength);
  frame.set(text, FRAME_HEAD_BYTES);
  return frame;
}

/** A frame with cells. */
export function cellsFrame(owner: Owner, cells: Float64Array): Uint8Array {
  const frame = newFrame('chunk', owner, cells.byteLength);
  frame.set(new Uint8Array(cells.buffer, cells.byteOffset, cells.byteLength), FRAME_HEAD_BYTES);
  return frame;
}

/**
 * The frames in `bytes`, which begin at a multiple of 8 in their buffer.
 *
 * @errors throws for what cannot be the beginning of a frame
 */
export function* framesIn(bytes: Uint8Array<ArrayBuffer>): Generator<Frame> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + FRAME_HEAD_BYTES <= bytes.byteLength;) {
    const kind = FRAME_KINDS[view.getUint8(at)];
    const owner = OWNERS[view.getUint8(at + 1)];
    const length = view.getUint32(at + 4, true);
    if (kind === undefined || owner === undefined || length % ALIGNMENT !== 0) {
      throw new TypeError(`Expected a frame at byte ${at}, got something else.`);
    }
    const from = at + FRAME_HEAD_BYTES;
    at = from + length;
    if (at > bytes.byteLength) return;
    yield { kind, owner, payload: bytes.subarray(from, at) };
  }
}

/** @errors throws for what is no JSON */
export function jsonIn({ payload }: Frame): unknown {
  return JSON.parse(Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString());
}

export function isOwnChunk(frame: Uint8Array): boolean {
  return frame[0] === FRAME_KINDS.indexOf('chunk') && frame[1] === OWNERS.indexOf('own');
}

/** The cells of a frame, where they are. */
export function cellsIn({ payload }: Frame): Float64Array {
  return new Float64Array(payload.buffer, payload.byteOffset, payload.byteLength / Float64Array.BYTES_PER_ELEMENT);
}

function newFrame(kind: FrameKind, owner: Owner, bytes: number): Uint8Array {
  const length = Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
  const frame = new Uint8Array(FRAME_HEAD_BYTES + length).fill(SPACE, FRAME_HEAD_BYTES + bytes);
  const view = new DataView(frame.buffer);
  view.setUint8(0, FRAME_KINDS.indexOf(kind));
  view.setUint8(1, OWNERS.indexOf(owner));
  view.setUint32(4, length, true);
  return frame;
}
