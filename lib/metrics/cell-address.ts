/** Cells of one chunk: 64 KiB, small enough for an application with few series, large enough to be few. */
export const CELLS_PER_CHUNK = 8192;

/** What a cell holds that refers to no other cells. */
export const NO_ADDRESS = 0;

/** Where cells begin: the chunk by its index, and the first of them in it. */
export interface CellPlace {
  readonly chunk: number;
  readonly at: number;
}

/** A place as one number, which a cell can hold. */
export function addressOf({ chunk, at }: CellPlace): number {
  return chunk * CELLS_PER_CHUNK + at + 1;
}

export function placeAt(address: number): CellPlace {
  const chunk = Math.floor((address - 1) / CELLS_PER_CHUNK);
  return { chunk, at: address - 1 - chunk * CELLS_PER_CHUNK };
}
