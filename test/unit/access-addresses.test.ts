import { type IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AddressRanges, isRange, networkOf, parseAddress } from '../../lib/access/address-ranges.js';
import { clientAddress } from '../../lib/access/client-address.js';

const family = (address: string) => (isIP(address) === 4 ? 'ipv4' : 'ipv6');

/** An address in which few bits differ from another, so that the edges of ranges are met. */
const v4 = fc.tuple(fc.nat(3), fc.nat(255), fc.nat(1), fc.nat(255)).map((parts) => parts.join('.'));
const v6 = fc.oneof(
  fc.ipV6(),
  fc.nat(0xffff).map((group) => `2001:db8::${group.toString(16)}`),
  v4.map((address) => `::ffff:${address}`),
);
const address = fc.oneof(v4, fc.ipV4(), v6);

/** A range as Node describes it: an address and a length, with the bits behind it set to zero. */
const subnet = fc.tuple(address, fc.nat(128)).map(([base, length]) => {
  const bits = family(base) === 'ipv4' ? 32 : 128;
  return { base, length: length % (bits + 1), bits };
});

/** `text` with the bits behind its prefix set to zero. */
function masked({ base, length, bits }: { base: string; length: number; bits: number }): string {
  const groups = bits === 32 ? base.split('.').map(Number) : groupsOf(base);
  const size = bits === 32 ? 8 : 16;
  const kept = groups.map((group, i) => {
    const behind = Math.min(size, Math.max(0, (i + 1) * size - length));
    return Math.floor(group / 2 ** behind) * 2 ** behind;
  });
  return bits === 32 ? kept.join('.') : kept.map((group) => group.toString(16)).join(':');
}

/** The browser's way to write an address in full. */
function groupsOf(text: string): number[] {
  const shortest = new URL(`http://[${text}]/`).hostname.slice(1, -1);
  const [left = '', right] = shortest.split('::');
  const read = (part: string | undefined) => (part ? part.split(':').map((group) => Number.parseInt(group, 16)) : []);
  const [before, after] = [read(left), read(right)];
  return [...before, ...Array.from({ length: 8 - before.length - after.length }, () => 0), ...after];
}

describe('ranges of addresses', () => {
  it('include what those of Node include', () => {
    fc.assert(
      fc.property(
        fc.array(subnet, { minLength: 1, maxLength: 4 }),
        fc.array(address, { minLength: 1 }),
        (subnets, addresses) => {
          // Ranges of IPv6 that begin within IPv4 and are larger are refused, see below.
          const usable = subnets.filter(
            ({ base, length }) => !(parseAddress(base)?.bits === 32 && base.includes(':') && length < 96),
          );
          const list = new BlockList();
          for (const one of usable) list.addSubnet(masked(one), one.length, family(one.base));
          const ranges = new AddressRanges(usable.map((one) => `${masked(one)}/${one.length}`));
          for (const one of [...addresses, ...usable.map(({ base }) => base)]) {
            const isIPv4 = parseAddress(one)?.bits === 32;
            // Our ranges of IPv6 never include IPv4. Node compares the mapped form with them.
            if (isIPv4 && usable.some(({ bits, length }) => bits === 128 && length < 96)) continue;
            expect([one, ranges.includes(parseAddress(one)!)]).toEqual([one, list.check(one, family(one))]);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it.each<[string, string, boolean]>([
    ['10.0.0.0/8', '10.255.255.255', true],
    ['10.0.0.0/8', '11.0.0.0', false],
    ['192.0.2.7', '192.0.2.7', true],
    ['192.0.2.7/32', '192.0.2.8', false],
    ['10.0.0.0/8', '::ffff:10.1.2.3', true],
    ['::ffff:10.0.0.0/104', '10.1.2.3', true],
    ['::ffff:10.0.0.1', '10.0.0.1', true],
    ['::1', '::1', true],
    ['::1', '127.0.0.1', false],
    ['2001:db8::/32', '2001:db8:ffff::1', true],
    ['2001:DB8::/32', '2001:db9::', false],
    ['fe80::/10', 'fe80::1%eth0', true],
    ['0.0.0.0/1', '128.0.0.0', false],
    ['::/1', '0.0.0.1', false],
  ])('%s and %s: %s', (range, one, isIncluded) => {
    expect(new AddressRanges([range]).includes(parseAddress(one)!)).toBe(isIncluded);
  });

  it.each([
    '',
    ' ',
    'localhost',
    '10.0.0.0/33',
    '10.0.0.0/08',
    '10.0.0.0/-1',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '10.0.0.5/8',
    '10.0.0',
    '010.0.0.1',
    '1.2.3.4 ',
    '::/129',
    '2001:db8::1/32',
    '::ffff:0:0/95',
    'fe80::1%eth0',
    '::1::',
    7,
    null,
    ['10.0.0.1'],
  ])('%j is none', (text) => expect(isRange(text)).toBe(false));

  it('are read from any text without an error', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => `10.0.0.0${text}`),
          fc.anything(),
        ),
        (text) => typeof isRange(text) === 'boolean',
      ),
    );
  });

  it.each<[readonly string[], 32 | 128, string | undefined]>([
    [[], 32, '0.0.0.0'],
    [['10.0.0.0/8'], 32, '0.0.0.0'],
    [['0.0.0.0/1'], 32, '128.0.0.0'],
    [['128.0.0.0/1', '0.0.0.0/1'], 32, undefined],
    [['0.0.0.0/0'], 32, undefined],
    [['0.0.0.0/0'], 128, '::'],
    [['::/0'], 128, undefined],
    [['::/0'], 32, '0.0.0.0'],
    [['::ffff:0:0/96'], 32, undefined],
    [['8000::/1', '::/2', '4000::/2'], 128, undefined],
    [['::/64', '::/128'], 128, '0:0:0:1::'],
  ])('%j have the lowest address of %i bits outside: %s', (texts, bits, expected) => {
    const outside = new AddressRanges(texts).lowestOutside(bits);
    expect(outside).toEqual(expected === undefined ? undefined : parseAddress(expected));
  });

  it('have an address outside that they do not include', () => {
    fc.assert(
      fc.property(
        fc.array(
          subnet.filter(({ length }) => length > 0),
          { maxLength: 6 },
        ),
        (subnets) => {
          const texts = subnets.map((one) => `${masked(one)}/${one.length}`).filter(isRange);
          const ranges = new AddressRanges(texts);
          for (const bits of [32, 128] as const) {
            const outside = ranges.lowestOutside(bits);
            expect(outside !== undefined && ranges.includes(outside)).toBe(false);
          }
        },
      ),
    );
  });
});

describe('the network of an address', () => {
  it.each([
    ['192.0.2.7', '::ffff:192.0.2.7', true],
    ['192.0.2.7', '192.0.2.8', false],
    ['2001:db8::1', '2001:db8::ffff:1', true],
    ['2001:db8::1', '2001:db8:0:1::1', false],
    ['0.0.0.1', '0:0:0:1::', false],
  ])('%s and %s are one: %s', (one, other, isOne) => {
    expect(networkOf(parseAddress(one)!) === networkOf(parseAddress(other)!)).toBe(isOne);
  });
});

describe('the address of a client', () => {
  const PROXIES = ['10.0.0.7', '2001:db8:7::/64'];

  function seen(remoteAddress: string | undefined, forwarded?: string, proxies: readonly string[] = PROXIES) {
    const request = { socket: { remoteAddress }, headers: { 'x-forwarded-for': forwarded } };
    return clientAddress(request as unknown as IncomingMessage, new AddressRanges(proxies));
  }

  it.each<[string, string | undefined, string | undefined, string | undefined]>([
    ['without a proxy', '192.0.2.7', undefined, '192.0.2.7'],
    ['that writes the header itself', '192.0.2.7', '127.0.0.1', '192.0.2.7'],
    ['behind a proxy', '10.0.0.7', '192.0.2.7', '192.0.2.7'],
    ['behind a proxy of IPv4 in IPv6', '::ffff:10.0.0.7', '192.0.2.7', '192.0.2.7'],
    ['that lies to a proxy', '10.0.0.7', '127.0.0.1, 192.0.2.7', '192.0.2.7'],
    ['that lies to a proxy about a proxy', '10.0.0.7', '10.0.0.7, 192.0.2.7', '192.0.2.7'],
    ['behind two proxies', '10.0.0.7', '127.0.0.1, 192.0.2.7 ,2001:db8:7::1', '192.0.2.7'],
    ['that is a proxy', '10.0.0.7', '10.0.0.7, 10.0.0.7', '10.0.0.7'],
    ['that a proxy does not name', '10.0.0.7', undefined, undefined],
    ['whose name is empty', '10.0.0.7', '', undefined],
    ['that a proxy names with a port', '10.0.0.7', '192.0.2.7:4711', undefined],
    ['that a proxy hides', '10.0.0.7', '127.0.0.1, unknown', undefined],
    ['behind an empty entry', '10.0.0.7', '127.0.0.1, ', undefined],
    ['behind too many proxies', '10.0.0.7', `192.0.2.7${', 10.0.0.7'.repeat(32)}`, undefined],
    ['over a Unix socket', undefined, '127.0.0.1', undefined],
  ])('%s', (_, remote, forwarded, expected) => {
    expect(seen(remote, forwarded)).toEqual(expected === undefined ? undefined : parseAddress(expected));
  });

  it('is that of the connection if no proxy is trusted', () => {
    expect(seen('127.0.0.1', '192.0.2.7', [])).toEqual(parseAddress('127.0.0.1'));
  });

  it('is none without a socket', () => {
    expect(
      clientAddress({ socket: null, headers: {} } as unknown as IncomingMessage, new AddressRanges([])),
    ).toBeUndefined();
  });

  it('is never what a client writes', () => {
    const ranges = new AddressRanges(PROXIES);
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), address)), (lies) => {
        const forwarded = [...lies, '192.0.2.7'].join(',');
        const found = seen('10.0.0.7', forwarded);
        expect([undefined, '192.0.2.7'].map((one) => one && parseAddress(one))).toContainEqual(found);
        const direct = seen('198.51.100.9', lies.join(','));
        expect(direct).toEqual(parseAddress('198.51.100.9'));
        expect(ranges.includes(direct!)).toBe(false);
      }),
    );
  });
});
