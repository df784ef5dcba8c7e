/** Cells of one chunk: 64 KiB, small enough for an application with few series, large enough to be few. */
export const CELLS_PER_CHUNK = 8192;

/** Where the numbers of one series live. */
export interface CellRange {
  readonly cells: Float64Array;
  /** The index of the chunk whose cells these are. */
  readonly chunk: number;
  readonly at: number;
}

/** Some of the cells, and behind them in the same buffer their generation: how often cells were given back. */
interface Chunk {
  readonly cells: Float64Array;
  readonly generation: Int32Array;
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
    range.cells.fill(0, range.at, range.at + width);
    const free = this.free.get(width);
    if (free === undefined) this.free.set(width, [range]);
    else free.push(range);
  }

  chunkAt(index: number): Chunk {
    const chunk = this.chunks[index];
    if (chunk === undefined) throw new RangeError(`No chunk ${index} was allocated.`);
    return chunk;
  }

  /** Copies every chunk in one go: a few milliseconds for a million series, and no torn family afterwards. */
  copy(): readonly Float64Array[] {
    return this.chunks.map(({ cells }) => cells.slice());
  }

  private grow(): void {
    const bytes = CELLS_PER_CHUNK * Float64Array.BYTES_PER_ELEMENT;
    // A whole cell for the generation, so that the buffer can be read as numbers too.
    const buffer = new SharedArrayBuffer(bytes + Float64Array.BYTES_PER_ELEMENT);
    this.chunks.push({
      cells: new Float64Array(buffer, 0, CELLS_PER_CHUNK),
      generation: new Int32Array(buffer, bytes, 1),
    });
    this.used = 0;
    this.onChunk(this.chunks.length - 1);
  }
}
