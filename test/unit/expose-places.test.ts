import { type IncomingMessage } from 'node:http';
import { expect, it } from 'vitest';
import { addressOf } from '../../lib/expose/client.js';
import { Places } from '../../lib/expose/places.js';

const from = (remoteAddress: string | undefined) => addressOf({ socket: { remoteAddress } } as IncomingMessage);

it.each([
  ['127.0.0.1', '127.0.0.1'],
  ['::ffff:10.0.0.1', '10.0.0.1'],
  ['::1', '0:0:0:0'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:db8:1:2::6', '2001:db8:1:2'],
  ['2001:db8::6', '2001:db8:0:0'],
  ['fe80::1%eth0', 'fe80:0:0:0'],
  [undefined, ''],
])('a client at %s is at %s', (remoteAddress, address) => {
  expect(from(remoteAddress)).toBe(address);
});

it('the addresses of one IPv6 network are one client, from whom a place is kept', () => {
  const places = new Places(4);
  const taken = ['2001:db8::1', '2001:db8::2', '2001:db8::3', '2001:db8::4'].map((address) =>
    places.take(from(address)),
  );
  expect(taken.map((leave) => leave !== undefined)).toEqual([true, true, true, false]);
  expect(places.take(from('127.0.0.1'))).toBeDefined();
});
