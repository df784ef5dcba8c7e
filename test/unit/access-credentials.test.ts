import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { credentialsOf, MAX_TOKEN_LENGTH } from '../../lib/access/credentials.js';

const read = (authorization: string | undefined, rawHeaders: string[] = []) =>
  credentialsOf({ headers: { authorization }, rawHeaders });
const bearer = (token: string) => ({ scheme: 'bearer', token });
const basic = (user: string, password: string) => ({
  scheme: 'basic',
  user: Buffer.from(user),
  password: Buffer.from(password),
});
const base64 = (text: string) => Buffer.from(text).toString('base64');

const token = fc.string({
  unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
  minLength: 1,
});
const BYTES = fc.string({ unit: 'binary', maxLength: 20 });
const inAnyCase = (word: string) =>
  fc
    .array(fc.boolean(), { minLength: word.length, maxLength: word.length })
    .map((upper) => Array.from(word, (letter, i) => (upper[i] === true ? letter.toUpperCase() : letter)).join(''));

describe('the credentials of a request', () => {
  it('are its bearer token, however the scheme is written', () => {
    fc.assert(
      fc.property(inAnyCase('bearer'), fc.nat(3), token, (scheme, spaces, text) => {
        expect(read(`${scheme}${' '.repeat(spaces + 1)}${text}`)).toEqual(bearer(text));
      }),
    );
  });

  it('are its user and password, which can contain colons and any character', () => {
    fc.assert(
      fc.property(inAnyCase('basic'), BYTES, BYTES, (scheme, name, password) => {
        const user = name.replaceAll(':', '');
        expect(read(`${scheme} ${base64(`${user}:${password}`)}`)).toEqual(basic(user, password));
      }),
    );
  });

  it('are read from any header without an error', () => {
    const words = fc.constantFrom('Bearer', 'basic', ' ', ':', '=', 'a', '\0', '\u{ff}', ',', base64('a:b'));
    const header = fc.oneof(
      BYTES,
      fc.array(words).map((all) => all.join('')),
    );
    fc.assert(
      fc.property(header, fc.array(fc.string()), (text, rawHeaders) => {
        const found = read(text, rawHeaders);
        expect([undefined, 'bearer', 'basic']).toContain(found?.scheme);
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    undefined,
    '',
    'Bearer',
    'Bearer ',
    'Bearer a b',
    'Bearer\ta',
    'Bearer a\u{ff}',
    'BearerToken a',
    'Digest username="a"',
    'a',
    'Basic',
    'Basic ====',
    'Basic a:b',
    'Basic YTpi YTpi',
    `Basic ${base64('no colon')}`,
    'Basic YTpi\u{0}',
    `Bearer ${'a'.repeat(MAX_TOKEN_LENGTH + 1)}`,
  ])('are none: %j', (header) => expect(read(header)).toBeUndefined());

  it('can have the longest token', () => {
    const longest = 'a'.repeat(MAX_TOKEN_LENGTH);
    expect(read(`Bearer ${longest}`)).toEqual(bearer(longest));
  });

  it('are none if the header came twice', () => {
    const once = ['Host', 'a', 'Authorization', 'Bearer a', 'X', 'authorization'];
    expect(read('Bearer a', once)).toEqual(bearer('a'));
    expect(read('Bearer a', [...once, 'AUTHORIZATION', 'Bearer b'])).toBeUndefined();
    expect(read('Bearer a', [...once, 'authorization', 'Bearer a'])).toBeUndefined();
  });

  it('are read without raw headers, as of a simulated request', () => {
    expect(credentialsOf({ headers: { authorization: 'Bearer a' } } as never)).toEqual(bearer('a'));
    expect(credentialsOf({ headers: { authorization: ['Bearer a'] } } as never)).toBeUndefined();
  });
});
