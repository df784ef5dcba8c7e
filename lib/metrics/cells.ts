/** Cells of one chunk: 64 KiB, small enough for an application with few series, large enough to be few. */
export const CELLS_PER_CHUNK = 8192;

/** Where the numbers of one series live. */
export interface CellRange {
  readonly cells: Float64Array;
  readonly at: number;
}

/** A copy of all numbers at one instant: what a scrape renders while the application goes on counting. */
export type CellSnapshot = ReadonlyMap<Float64Array, Float64Array>;

/**
 * Numbers in chunks of shared memory, so that another thread can read them while this one is busy.
 * A chunk never moves and a series never straddles two, so a handle keeps its chunk and its place as long as its series
 * is there. Cells that were given back are used again by series of the same width.
 *
 * Behind the cells of a chunk stands its generation, an `Int32`: how often cells of it were given back.
 */
export class Cells {
  readonly chunks: Float64Array[] = [];
  private used = CELLS_PER_CHUNK;
  private readonly free = new Map<number, CellRange[]>();
  private readonly generations = new Map<Float64Array, Int32Array>();

  constructor(private readonly onChunk: (chunk: Float64Array) => void) {}

  allocate(width: number): CellRange {
    const freed = this.free.get(width)?.pop();
    if (freed !== undefined) return freed;
    if (this.used + width > CELLS_PER_CHUNK) this.grow();
    const at = this.used;
    this.used += width;
    return { cells: this.current(), at };
  }

  /** From now on another series may have them. The generation comes first: a reader in another thread looks at it last. */
  giveBack(range: CellRange, width: number): void {
    const generation = this.generations.get(range.cells);
    if (generation !== undefined) Atomics.add(generation, 0, 1);
    range.cells.fill(0, range.at, range.at + width);
    const free = this.free.get(width);
    if (free === undefined) this.free.set(width, [range]);
    else free.push(range);
  }

  /** How often cells of a chunk were given back. */
  generationOf(chunk: Float64Array): number {
    return this.generations.get(chunk)?.[0] ?? 0;
  }

  /** Copies every chunk in one go: a few milliseconds for a million series, and no torn family afterwards. */
  snapshot(): CellSnapshot {
    return new Map(this.chunks.map((chunk) => [chunk, chunk.slice()]));
  }

  private grow(): void {
    const bytes = CELLS_PER_CHUNK * Float64Array.BYTES_PER_ELEMENT;
    // A whole cell for the generation, so that the buffer can be read as numbers too.
    const buffer = new SharedArrayBuffer(bytes + Float64Array.BYTES_PER_ELEMENT);
    const chunk = new Float64Array(buffer, 0, CELLS_PER_CHUNK);
    this.generations.set(chunk, new Int32Array(buffer, bytes, 1));
    this.chunks.push(chunk);
    this.used = 0;
    this.onChunk(chunk);
  }

  private current(): Float64Array {
    const chunk = this.chunks.at(-1);
    if (chunk === undefined) throw new RangeError('No chunk was allocated.');
    return chunk;
  }
}
