/** Small enough that a socket takes a piece at once, large enough that an exposition of megabytes has few. */
const PIECE_BYTES = 128 * 1024;
/** A character takes three bytes at most; a surrogate pair, which is two of them, takes four. */
const BYTES_PER_CHARACTER = 3;
/** Above this, digits are left to String(). */
const MAX_WRITTEN_COUNT = 2 ** 31;

const LINE_FEED = 10;
const ZERO = 48;

/** A place in a page. */
interface Mark {
  readonly piece: number;
  readonly at: number;
  readonly bytesBefore: number;
}

/**
 * The bytes of an exposition, as they are written. Text that repeats is copied as bytes: strings made of pieces cost
 * twice the time and leave the garbage collector pauses that a request would feel.
 */
export class Page {
  private readonly pieces: Buffer[] = [];
  private buffer = Buffer.allocUnsafe(PIECE_BYTES);
  private used = 0;
  private cutBytes = 0;

  /** Where the next byte goes, in the piece at hand. */
  get position(): number {
    return this.used;
  }

  /** Makes room for so many bytes without a new piece in between. */
  reserve(bytes: number): void {
    if (this.used + bytes <= this.buffer.byteLength) return;
    this.cut();
    this.buffer = Buffer.allocUnsafe(Math.max(PIECE_BYTES, bytes));
  }

  text(text: string): void {
    this.reserve(text.length * BYTES_PER_CHARACTER);
    this.used += this.buffer.write(text, this.used);
  }

  /**
   * One more line that begins as an earlier one of this piece, goes on with `end` and closes with a count. There is room
   * for it. Local variables throughout: this is where a large exposition spends its time.
   */
  lineLike(from: number, length: number, end: Uint8Array, count: number): void {
    const { buffer } = this;
    let at = this.used;
    if (at !== from + length) {
      buffer.copyWithin(at, from, from + length);
      at += length;
    }
    for (let i = 0; i < end.length; i += 1) buffer[at + i] = end[i]!;
    at += end.length;
    at = count < MAX_WRITTEN_COUNT ? writeDigits(buffer, at, count) : at + buffer.write(String(count), at);
    buffer[at] = LINE_FEED;
    this.used = at + 1;
  }

  /** The piece at hand. What is written into it by others, from `position` on, is added with `advance`. */
  get piece(): Buffer {
    return this.buffer;
  }

  /** So many bytes were written behind `position`. */
  advance(bytes: number): void {
    this.used += bytes;
  }

  /** Goes on with the line that was written last, in ASCII. There is room for it. */
  extendLine(text: string): void {
    this.used += this.buffer.write(text, this.used - 1, 'latin1') - 1;
    this.buffer[this.used] = LINE_FEED;
    this.used += 1;
  }

  /** The first `length` bytes of `source`, all by default. */
  bytes(source: Uint8Array, length = source.length): void {
    this.reserve(length);
    this.buffer.set(length === source.length ? source : source.subarray(0, length), this.used);
    this.used += length;
  }

  /** This place, at which something can be put in later. */
  mark(): Mark {
    return { piece: this.pieces.length, at: this.used, bytesBefore: this.cutBytes + this.used };
  }

  bytesSince({ bytesBefore }: Mark): number {
    return this.cutBytes + this.used - bytesBefore;
  }

  /** Puts a few bytes in at an earlier place. Marks behind it do not hold any more. */
  insert({ piece, at }: Mark, inserted: Uint8Array): void {
    const { length } = inserted;
    if (piece === this.pieces.length && this.used + length <= this.buffer.byteLength) {
      this.buffer.copyWithin(at + length, at, this.used);
      this.buffer.set(inserted, at);
      this.used += length;
      return;
    }
    this.cut();
    const whole = this.pieces[piece]!;
    this.pieces[piece] = Buffer.concat([whole.subarray(0, at), inserted, whole.subarray(at)]);
    this.cutBytes += length;
  }

  finish(): readonly Buffer[] {
    this.cut();
    return this.pieces;
  }

  private cut(): void {
    if (this.used > 0) this.pieces.push(this.buffer.subarray(0, this.used));
    this.cutBytes += this.used;
    this.buffer = this.buffer.subarray(this.used);
    this.used = 0;
  }
}

/** A whole number from 0 to `MAX_WRITTEN_COUNT`; gives the place behind it. */
function writeDigits(buffer: Buffer, at: number, count: number): number {
  let end = at + 1;
  for (let rest = (count / 10) | 0; rest > 0; rest = (rest / 10) | 0) end += 1;
  let rest = count | 0;
  for (let digit = end - 1; digit >= at; digit -= 1) {
    const tens = (rest / 10) | 0;
    buffer[digit] = ZERO + rest - tens * 10;
    rest = tens;
  }
  return end;
}
