import { describe, expect, it } from 'vitest';
import { BasicCheck } from '../../lib/access/basic-check.js';
import { type Credentials } from '../../lib/access/credentials.js';
import { cheapPasswordHash, unpadded } from '../support/cheap-password-hash.js';
import { hashPassword, isPassword, parsePasswordHash } from '../../lib/access/password-hash.js';

/** Of the documentation of passlib, whose code is not ours. */
const PASSLIB = '$scrypt$ln=16,r=8,p=1$aM15713r3Xsvxbi31lqr1Q$nFNh2CVHVjNldFVKDHDlm4CbdRSCdEBsjjJxD+iCs5E';
/** RFC 7914, its third test vector: N=16384, r=8, p=1. */
const RFC = `$scrypt$ln=14,r=8,p=1$${unpadded(Buffer.from('SodiumChloride'))}$${unpadded(
  Buffer.from(
    '7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887',
    'hex',
  ),
)}`;

const basic = (user: string, password: string): Credentials => ({
  scheme: 'basic',
  user: Buffer.from(user),
  password: Buffer.from(password),
});

describe('a password hash', () => {
  it.each([
    [PASSLIB, 'password'],
    [RFC, 'pleaseletmein'],
  ])('of others is verified: %s', async (text, password) => {
    const hash = parsePasswordHash(text);
    expect(await isPassword(Buffer.from(password), hash!)).toBe(true);
    expect(await isPassword(Buffer.from(`${password} `), hash!)).toBe(false);
  });

  it('of ours is verified, and another one each time', async () => {
    const [one, other] = await Promise.all([hashPassword('wöof: !'), hashPassword('wöof: !')]);
    expect(one).toMatch(/^\$scrypt\$ln=14,r=8,p=5\$[A-Za-z\d+/]{22}\$[A-Za-z\d+/]{43}$/);
    expect(one).not.toBe(other);
    expect(await isPassword(Buffer.from('wöof: !'), parsePasswordHash(one)!)).toBe(true);
    expect(await isPassword(Buffer.from('woof: !'), parsePasswordHash(one)!)).toBe(false);
  });

  it.each(['', 'a'.repeat(1025), 'é'.repeat(513)])('is not made of nothing and of no novel', async (password) => {
    await expect(hashPassword(password)).rejects.toThrow('Expected a password of 1 to 1024 bytes, got');
  });

  it.each([
    '',
    'password',
    'scrypt$14$8$1$salt$hash',
    PASSLIB.slice(1),
    `${PASSLIB}=`,
    `${PASSLIB}\n`,
    PASSLIB.replace('ln=16', 'ln=17'),
    PASSLIB.replace('ln=16', 'ln=99'),
    PASSLIB.replace('ln=16', 'ln=9'),
    PASSLIB.replace('p=1', 'p=5'),
    PASSLIB.replace('p=1', 'p=0'),
    PASSLIB.replace('r=8', 'r=0'),
    PASSLIB.replace('r=8', 'r=99'),
    PASSLIB.replace('$aM15713r3Xsvxbi31lqr1Q', '$short'),
    PASSLIB.slice(0, -30),
    '$2b$12$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZ01234',
  ])('is refused: %s', (text) => expect(parsePasswordHash(text)).toBeUndefined());
});

describe('the check of passwords', () => {
  const passwords = () =>
    new BasicCheck([
      { user: 'rex', hash: cheapPasswordHash('woof') },
      { user: 'fido', hash: cheapPasswordHash('password') },
    ]);

  it('takes each user with its own password', async () => {
    const check = passwords();
    const verdict = (user: string, password: string) => check.verdict(basic(user, password), '');
    expect(await verdict('rex', 'woof')).toBe('right');
    expect(await verdict('fido', 'password')).toBe('right');
    expect(await verdict('rex', 'password')).toBe('wrong');
    expect(await verdict('fido', 'woof')).toBe('wrong');
    expect(await verdict('nobody', 'woof')).toBe('wrong');
    expect(await verdict('', '')).toBe('wrong');
    expect(await check.verdict({ scheme: 'bearer', token: 'woof' }, '')).toBe('wrong');
  });

  it('does not delay a password that was right before, whoever guesses', async () => {
    const check = passwords();
    expect(await check.verdict(basic('rex', 'woof'), 'a')).toBe('right');
    const order: string[] = [];
    const note = (name: string) => () => void order.push(name);
    const guesses = Array.from({ length: 200 }, (_, i) => check.verdict(basic('rex', `guess ${i}`), 'a'));
    const guessed = Promise.all(guesses).then((all) => {
      note('guesses')();
      return all;
    });
    note(await check.verdict(basic('rex', 'woof'), 'a'))();
    const verdicts = await guessed;
    expect(order).toEqual(['right', 'guesses']);
    expect(verdicts).not.toContain('right');
    // One is verified and four wait; nobody waits behind more.
    expect(verdicts.filter((verdict) => verdict === 'wrong')).toHaveLength(5);
  });

  it('verifies the right password of another network after the one that is under way', async () => {
    const check = passwords();
    const order: string[] = [];
    const guesses = Array.from({ length: 20 }, async (_, i) => {
      const verdict = await check.verdict(basic('rex', `guess ${i}`), 'a');
      if (verdict === 'wrong') order.push('guess');
    });
    const right = check.verdict(basic('rex', 'woof'), 'b').then((verdict) => order.push(verdict));
    await Promise.all([...guesses, right]);
    expect(order.indexOf('right')).toBe(2);
    expect(order).toHaveLength(6);
  });

  it('shares the verification of those who send the same', async () => {
    const check = new BasicCheck([{ user: 'rex', hash: cheapPasswordHash('woof') }]);
    const same = Array.from({ length: 100 }, () => check.verdict(basic('rex', 'wrong'), 'a'));
    expect(new Set(await Promise.all(same))).toEqual(new Set(['wrong']));
  });

  it('takes no more from many networks than fits', async () => {
    const check = new BasicCheck([{ user: 'rex', hash: cheapPasswordHash('woof') }]);
    const guesses = Array.from({ length: 300 }, (_, i) => check.verdict(basic('rex', `guess ${i}`), `network ${i}`));
    const verdicts = await Promise.all(guesses);
    expect(verdicts.filter((verdict) => verdict === 'wrong')).toHaveLength(65);
    expect(verdicts.filter((verdict) => verdict === 'busy')).toHaveLength(235);
    expect(await check.verdict(basic('rex', 'later'), 'a')).toBe('wrong');
  });

  it('verifies a password for a user that does not exist, which takes the same time', async () => {
    const check = new BasicCheck([{ user: 'rex', hash: RFC }]);
    const medianOf = async (user: string) => {
      const times: number[] = [];
      for (let i = 0; i < 3; i += 1) {
        const startedAt = process.cpuUsage().user;
        // One after the other is the point.
        expect(await check.verdict(basic(user, `guess ${i}`), user)).toBe('wrong');
        times.push(process.cpuUsage().user - startedAt);
      }
      return times.toSorted((a, b) => a - b)[1]!;
    };
    const [known, unknown] = [await medianOf('rex'), await medianOf('nobody')];
    expect(unknown).toBeGreaterThan(known / 4);
    expect(known).toBeGreaterThan(unknown / 4);
  });
});
