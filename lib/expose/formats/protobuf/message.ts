import { Page } from '../page.js';

/** What a field holds, as it is said in its tag. */
const VARINT = 0;
const DOUBLE = 1;
const DELIMITED = 2;

/** Up to here, numbers are taken apart with 32-bit operations. */
const MAX_INT32 = 2 ** 31 - 1;
const MAX_VARINT_BYTES = 10;
const DOUBLE_BYTES = 8;
/** Of a field, without what is in it: its tag and its length or number. */
const MAX_FIELD_BYTES = 2 * MAX_VARINT_BYTES;
/** Most metrics take less. */
const ROOM = 4096;

const ASCII_END = 128;
const QUOTE = 34;
const BACKSLASH = 92;
const LETTER_N = 110;
const LINE_FEED = 10;

/** A character takes three bytes at most; a surrogate pair, which is two of them, takes four. */
const BYTES_PER_CHARACTER = 3;

/**
 * A field of a family while it is written, on its page. A message inside it is opened, written and closed: its length is
 * put in when it is known.
 */
export class Message {
  private page = new Page();
  private buffer = this.page.piece;
  private size = this.buffer.byteLength;
  private view = viewOf(this.buffer);
  private start = 0;
  private used = 0;

  /** Begins at the end of the page. */
  begin(page: Page): void {
    page.reserve(ROOM);
    this.page = page;
    if (this.buffer !== page.piece) this.writeInto(page.piece);
    this.start = page.position;
    this.used = this.start;
  }

  /** Adds what was written to the page. */
  end(): void {
    if (this.buffer === this.page.piece) this.page.advance(this.used - this.start);
    else this.page.bytes(this.buffer.subarray(this.start, this.used));
  }

  /** Begins a message in the field. Returns its place, with which it is closed. */
  open(field: number): number {
    this.reserve(MAX_FIELD_BYTES);
    this.tag(field, DELIMITED);
    this.used += 1;
    return this.used;
  }

  /** Its length takes one byte in most cases. If it takes more, what is in it moves. */
  close(start: number): void {
    const length = this.used - start;
    const more = varintBytes(length) - 1;
    if (more > 0) {
      this.reserve(more);
      this.buffer.copyWithin(start + more, start, this.used);
    }
    this.used = start - 1;
    this.varint(length);
    this.used += length;
  }

  /** A whole number from 0 to `Number.MAX_SAFE_INTEGER`. */
  unsigned(field: number, value: number): void {
    this.reserve(MAX_FIELD_BYTES);
    this.tag(field, VARINT);
    this.varint(value);
  }

  /** A whole number, in the encoding of `sint32` and `sint64`. */
  signed(field: number, value: number): void {
    this.unsigned(field, zigzag(value));
  }

  double(field: number, value: number): void {
    this.reserve(MAX_FIELD_BYTES);
    this.tag(field, DOUBLE);
    this.view.setFloat64(this.used, value, true);
    this.used += DOUBLE_BYTES;
  }

  /** One of the numbers in a packed field of `sint64`, which was opened. */
  packedSigned(value: number): void {
    this.reserve(MAX_VARINT_BYTES);
    this.varint(zigzag(value));
  }

  text(field: number, text: string): void {
    const start = this.open(field);
    this.reserve(text.length * BYTES_PER_CHARACTER);
    this.used += this.buffer.write(text, this.used);
    this.close(start);
  }

  /** The part of a text that has only ASCII characters. */
  ascii(field: number, text: string, from: number, to: number): void {
    const start = this.open(field);
    this.reserve(to - from);
    const { buffer } = this;
    let at = this.used;
    for (let i = from; i < to; i += 1) buffer[at++] = text.charCodeAt(i);
    this.used = at;
    this.close(start);
  }

  /**
   * The value of a label out of label text, from behind its opening quote. Returns the place of the closing one. Character
   * by character: most values are short, and a call of Node's own for each costs more.
   */
  unescaped(field: number, text: string, from: number): number {
    const start = this.open(field);
    this.reserve((text.length - from) * BYTES_PER_CHARACTER);
    const { buffer } = this;
    let at = this.used;
    let i = from;
    for (; ; i += 1) {
      let code = text.charCodeAt(i);
      if (code === QUOTE) break;
      if (code === BACKSLASH) {
        i += 1;
        code = text.charCodeAt(i);
        if (code === LETTER_N) code = LINE_FEED;
      }
      if (code < ASCII_END) buffer[at++] = code;
      else {
        // A surrogate pair is one character.
        const character = String.fromCodePoint(text.codePointAt(i)!);
        at += buffer.write(character, at);
        i += character.length - 1;
      }
    }
    this.used = at;
    this.close(start);
    return i;
  }

  private tag(field: number, kind: number): void {
    this.varint(field * 8 + kind);
  }

  /** There is room for it. */
  private varint(value: number): void {
    const { buffer } = this;
    let at = this.used;
    let large = value;
    for (; large > MAX_INT32; large = Math.floor(large / 128)) buffer[at++] = (large % 128) | 128;
    let rest = large | 0;
    for (; rest > 127; rest >>= 7) buffer[at++] = (rest & 127) | 128;
    buffer[at] = rest;
    this.used = at + 1;
  }

  private reserve(bytes: number): void {
    if (this.used + bytes > this.size) this.leavePage(bytes);
  }

  /** A field that is larger than most goes on in a buffer of its own, at the same place. */
  private leavePage(bytes: number): void {
    const larger = Buffer.allocUnsafe((this.used + bytes) * 2);
    this.buffer.copy(larger, this.start, this.start, this.used);
    this.writeInto(larger);
  }

  private writeInto(buffer: Buffer): void {
    this.buffer = buffer;
    this.size = buffer.byteLength;
    this.view = viewOf(buffer);
  }
}

/** What stands before a message in a stream of messages. */
export function lengthPrefix(length: number): Uint8Array {
  const bytes: number[] = [];
  let rest = length;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return Uint8Array.of(...bytes, rest);
}

function zigzag(value: number): number {
  return value < 0 ? -value * 2 - 1 : value * 2;
}

function varintBytes(value: number): number {
  let bytes = 1;
  for (let rest = value; rest > 127; rest = Math.floor(rest / 128)) bytes += 1;
  return bytes;
}

function viewOf({ buffer, byteOffset, byteLength }: Buffer): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
