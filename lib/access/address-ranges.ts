import { isIP } from 'node:net';

/** An IP address as a number. IPv4 in IPv6 (`::ffff:1.2.3.4`) is IPv4. */
export interface Address {
  readonly bits: 32 | 128;
  readonly value: bigint;
}

interface Range {
  readonly bits: 32 | 128;
  readonly first: bigint;
  readonly last: bigint;
}

/** The first 96 bits of an IPv4 address in IPv6. */
const MAPPED = 0xffffn;
const MAPPED_BITS = 96;
/** Of an IPv6 address, the part that the client does not choose. */
const NETWORK_BITS = 64n;

/** Undefined for what is not an IP address. A zone (`fe80::1%eth0`) does not count. */
export function parseAddress(text: string): Address | undefined {
  const plain = text.replace(/%.*$/s, '');
  const family = isIP(plain);
  if (family === 4) return { bits: 32, value: valueOf4(plain) };
  if (family === 0) return undefined;
  const value = valueOf6(plain);
  return value >> 32n === MAPPED ? { bits: 32, value: value & 0xffff_ffffn } : { bits: 128, value };
}

/** A text for clients that share their resources: an IPv4 address, or the /64 network of an IPv6 address. */
export function networkOf({ bits, value }: Address): string {
  return bits === 32 ? `4:${value}` : `6:${value >> NETWORK_BITS}`;
}

/** Addresses and CIDR ranges. */
export class AddressRanges {
  private readonly ranges: readonly Range[];

  /** @errors throws for a text that {@link isRange} refuses */
  constructor(texts: readonly string[]) {
    this.ranges = texts.map(rangeOf);
  }

  includes({ bits, value }: Address): boolean {
    return this.ranges.some((range) => range.bits === bits && range.first <= value && value <= range.last);
  }

  /** The lowest address that is not included; undefined if all addresses of the family are. */
  lowestOutside(bits: Address['bits']): Address | undefined {
    let value = 0n;
    const ofFamily = this.ranges.filter((range) => range.bits === bits);
    for (const { first, last } of ofFamily.toSorted((a, b) => (a.first < b.first ? -1 : 1))) {
      if (first > value) break;
      if (last >= value) value = last + 1n;
    }
    return value >> BigInt(bits) === 0n ? { bits, value } : undefined;
  }
}

/** Whether a text is an address, or a CIDR range without bits behind its prefix. */
export function isRange(text: unknown): text is string {
  return typeof text === 'string' && parseRange(text) !== undefined;
}

function rangeOf(text: string): Range {
  const range = parseRange(text);
  if (range === undefined) throw new TypeError(`Expected an address or a CIDR range, got ${text}.`);
  return range;
}

/** `10.0.0.5/8` is refused: it is unclear whether one address is meant or sixteen million. */
function parseRange(text: string): Range | undefined {
  const [, base = '', prefix] = /^([\da-f.:]+)(?:\/(0|[1-9]\d{0,2}))?$/i.exec(text) ?? [];
  const address = parseAddress(base);
  if (address === undefined) return undefined;
  const { bits, value } = address;
  const isMapped = bits === 32 && base.includes(':');
  const length = prefix === undefined ? bits : Number(prefix) - (isMapped ? MAPPED_BITS : 0);
  if (length < 0 || length > bits) return undefined;
  const hosts = (1n << BigInt(bits - length)) - 1n;
  return (value & hosts) === 0n ? { bits, first: value, last: value | hosts } : undefined;
}

function valueOf4(text: string): bigint {
  return text.split('.').reduce((value, part) => (value << 8n) | BigInt(part), 0n);
}

function valueOf6(text: string): bigint {
  const [before = '', after] = withoutDots(text).split('::');
  const [left, right] = [groupsOf(before), groupsOf(after ?? '')];
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => '0');
  return [...left, ...zeros, ...right].reduce((value, group) => (value << 16n) | BigInt(`0x${group}`), 0n);
}

function groupsOf(text: string): readonly string[] {
  return text === '' ? [] : text.split(':');
}

/** An IPv6 address can end like one of IPv4: `::ffff:1.2.3.4`. */
function withoutDots(text: string): string {
  return text.replace(/[\d.]+\.[\d.]+$/, (dotted) => {
    const value = valueOf4(dotted);
    return `${(value >> 16n).toString(16)}:${(value & 0xffffn).toString(16)}`;
  });
}
