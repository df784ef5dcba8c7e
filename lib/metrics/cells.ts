import { addressOf, CELLS_PER_CHUNK, type CellPlace, NO_ADDRESS } from './cell-address.js';

/** Where the numbers of one series live. */
export interface CellRange extends CellPlace {
  /** All cells of the chunk. */
  readonly cells: Float64Array;
}

/** A range with the number of its cells. */
export interface SizedRange {
  readonly range: CellRange;
  readonly width: number;
}

/** Some of the cells, and behind them in the same buffer two counters for readers in other threads. */
export interface Chunk {
  readonly cells: Float64Array;
  /** How often a series of this chunk was removed, and its cells given back. */
  readonly generation: Int32Array;
  /** Odd while native buckets move to or from cells of this chunk; see `copyUnmoved`. */
  readonly moves: Int32Array;
}

const CELL_BYTES = CELLS_PER_CHUNK * Float64Array.BYTES_PER_ELEMENT;

/** A whole cell for both counters, so that the buffer can be read as numbers too. */
const CHUNK_BYTES = CELL_BYTES + Float64Array.BYTES_PER_ELEMENT;

/** The chunk in a buffer, which the journal may have brought from another thread. */
export function chunkIn(buffer: ArrayBufferLike): Chunk {
  return {
    cells: new Float64Array(buffer, 0, CELLS_PER_CHUNK),
    generation: new Int32Array(buffer, CELL_BYTES, 1),
    moves: new Int32Array(buffer, CELL_BYTES + Int32Array.BYTES_PER_ELEMENT, 1),
  };
}

/** Copies chunks, in any thread. Native buckets may have moved meanwhile: see `copyUnmoved`. */
export function copyChunks(chunks: readonly Chunk[]): readonly Float64Array[] {
  return chunks.map(({ cells }) => cells.slice());
}

/**
 * The same, or undefined if native buckets have moved meanwhile. A histogram has them in other cells than its classic
 * ones, and says in a cell where; so cell and buckets must be of the same time. Buckets move a few times in the life of a
 * series, and never while the thread that counts is blocked.
 */
export function copyUnmoved(chunks: readonly Chunk[]): readonly Float64Array[] | undefined {
  const before = chunks.map(({ moves }) => Atomics.load(moves, 0));
  const copies = copyChunks(chunks);
  const isUnmoved = before.every((count, i) => count % 2 === 0 && count === Atomics.load(chunks[i]!.moves, 0));
  return isUnmoved ? copies : undefined;
}

/**
 * Numbers in chunks of shared memory, so that another thread can read them while this one is busy.
 * A chunk never moves and a series never straddles two, so a handle keeps its chunk and its place as long as its series
 * is there. Cells that were given back are used again by series of the same width.
 */
export class Cells {
  readonly chunks: Chunk[] = [];
  private used = CELLS_PER_CHUNK;
  private readonly free = new Map<number, CellRange[]>();

  constructor(private readonly onChunk: (chunk: number) => void) {}

  allocate(width: number): CellRange {
    const freed = this.free.get(width)?.pop();
    if (freed !== undefined) return freed;
    if (this.used + width > CELLS_PER_CHUNK) this.grow();
    const at = this.used;
    this.used += width;
    const chunk = this.chunks.length - 1;
    return { cells: this.chunkAt(chunk).cells, chunk, at };
  }

  /** From now on another series may have them. The generation comes first: a reader in another thread looks at it last. */
  giveBack(range: CellRange, width: number): void {
    Atomics.add(this.chunkAt(range.chunk).generation, 0, 1);
    this.release(range, width);
  }

  /**
   * Writes the address of native buckets into the cell at `pointer`, and gives back those that were there before. Readers
   * in other threads see both or read again: see `copyUnmoved`.
   */
  move(pointer: CellRange, to: CellRange | undefined, before: SizedRange | undefined): void {
    const { moves } = this.chunkAt(pointer.chunk);
    Atomics.add(moves, 0, 1);
    pointer.cells[pointer.at] = to === undefined ? NO_ADDRESS : addressOf(to);
    if (before !== undefined) this.release(before.range, before.width);
    Atomics.add(moves, 0, 1);
  }

  chunkAt(index: number): Chunk {
    const chunk = this.chunks[index];
    if (chunk === undefined) throw new RangeError(`No chunk ${index} was allocated.`);
    return chunk;
  }

  /** Copies every chunk in one go: a few milliseconds for a million series, and no torn family afterwards. */
  copy(): readonly Float64Array[] {
    return copyChunks(this.chunks);
  }

  /** Gives cells back that no reader can take for those of another series. */
  release(range: CellRange, width: number): void {
    range.cells.fill(0, range.at, range.at + width);
    const free = this.free.get(width);
    if (free === undefined) this.free.set(width, [range]);
    else free.push(range);
  }

  private grow(): void {
    this.chunks.push(chunkIn(new SharedArrayBuffer(CHUNK_BYTES)));
    this.used = 0;
    this.onChunk(this.chunks.length - 1);
  }
}
