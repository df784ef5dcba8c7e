import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TokenFileReader } from '../../lib/access/token-file-reader.js';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'token-'));
  path = join(folder, 'token');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const fault = (what: string) => `The token file ${path} ${what}: every request is refused until it contains a token.`;

describe('a token file', () => {
  it.each<[string, string, string]>([
    ['as it is', 'secret', 'secret'],
    ['with a line feed behind it', 'secret\n', 'secret'],
    ['with CRLF and spaces around it', ' \tsecret\r\n\r\n', 'secret'],
    ['as long as it may be', 'a'.repeat(8192), 'a'.repeat(8192)],
    ['with much white space', `secret${'\n'.repeat(60_000)}`, 'secret'],
  ])('has its token %s', async (_, content, token) => {
    writeFileSync(path, content);
    expect(await new TokenFileReader(path).token()).toBe(token);
  });

  it.each<[string, string | Buffer, string]>([
    ['empty', '', 'is empty'],
    ['of white space only', ' \n\t\r\n', 'is empty'],
    ['with two words', 'a b', 'contains something else than one token of visible ASCII characters'],
    ['with two lines', 'a\nb', 'contains something else than one token of visible ASCII characters'],
    ['with a BOM', '\ufeffa', 'contains something else than one token of visible ASCII characters'],
    ['with other letters', 'é', 'contains something else than one token of visible ASCII characters'],
    ['of zeros', Buffer.alloc(10), 'contains something else than one token of visible ASCII characters'],
    ['with a token that no request can send', 'a'.repeat(8193), 'contains more than 8192 characters'],
    ['that is huge', 'a'.repeat(65_537), 'has more than 65536 bytes'],
  ])('%s has none', async (_, content, what) => {
    writeFileSync(path, content);
    await expect(new TokenFileReader(path).token()).rejects.toThrow(fault(what));
  });

  it('that is missing has none', async () => {
    await expect(new TokenFileReader(path).token()).rejects.toThrow(fault('cannot be read (ENOENT)'));
  });

  it('that is a directory has none', async () => {
    mkdirSync(path);
    await expect(new TokenFileReader(path).token()).rejects.toThrow(fault('is not a regular file'));
  });

  it.skipIf(process.getuid?.() === 0)('that may not be read has none', async () => {
    writeFileSync(path, 'secret');
    chmodSync(path, 0);
    await expect(new TokenFileReader(path).token()).rejects.toThrow(fault('cannot be read (EACCES)'));
  });

  it('that is a FIFO has none, and nobody waits for its writer', async () => {
    expect(spawnSync('mkfifo', [path]).status).toBe(0);
    await expect(new TokenFileReader(path).token()).rejects.toThrow(fault('is not a regular file'));
  });

  it('that is a device has none', async () => {
    symlinkSync('/dev/zero', path);
    await expect(new TokenFileReader(path).token()).rejects.toThrow(fault('is not a regular file'));
  });

  it('that is a link to itself has none', async () => {
    symlinkSync(path, path);
    await expect(new TokenFileReader(path).token()).rejects.toThrow(fault('cannot be read (ELOOP)'));
  });

  it('with a name that no file can have has none', async () => {
    path = join(folder, 'a\0b');
    await expect(new TokenFileReader(path).token()).rejects.toThrow(fault('cannot be read (ERR_INVALID_ARG_VALUE)'));
  });

  it('has the token of now: changed, replaced, linked elsewhere, gone and back', async () => {
    const file = new TokenFileReader(path);
    writeFileSync(path, 'first');
    expect(await file.token()).toBe('first');
    writeFileSync(path, 'other');
    expect(await file.token()).toBe('other');
    writeFileSync(`${path}.new`, 'third');
    renameSync(`${path}.new`, path);
    expect(await file.token()).toBe('third');
    rmSync(path);
    await expect(file.token()).rejects.toThrow('ENOENT');
    writeFileSync(join(folder, 'elsewhere'), 'fourth');
    symlinkSync(join(folder, 'elsewhere'), path);
    expect(await file.token()).toBe('fourth');
  });

  it('is read once for those who ask together', async () => {
    const file = new TokenFileReader(path);
    writeFileSync(path, 'first');
    const together = Array.from({ length: 100 }, () => file.token());
    expect(new Set(await Promise.all(together))).toEqual(new Set(['first']));
  });
});
