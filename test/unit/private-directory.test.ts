import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openPrivateDirectory } from '../../lib/host/private-directory.js';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'private-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const USE = { option: 'store.directory', longestName: 'abcdefghijkl.life' };
const opened = (path: string) => openPrivateDirectory(path, USE);
const IS_ROOT = process.geteuid?.() === 0;
const SOMEBODY = 65_534;

describe('a private directory', () => {
  it('is created with its parents, for its owner only, and left empty', async () => {
    const path = join(folder, 'parent', 'shop');
    expect(await opened(path)).toBe(path);
    expect(statSync(path).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, 'parent')).mode & 0o777).toBe(0o700);
    expect(readdirSync(path)).toEqual([]);
  });

  it('may be there already, with what is in it', async () => {
    writeFileSync(join(folder, 'something'), '');
    expect(await opened(folder)).toBe(folder);
    expect(readdirSync(folder)).toEqual(['something']);
  });

  it('may be read by others, but not written', async () => {
    chmodSync(folder, 0o755);
    expect(await opened(folder)).toBe(folder);
  });

  it('is where a symbolic link leads to', async () => {
    mkdirSync(join(folder, 'real'), { mode: 0o700 });
    symlinkSync(join(folder, 'real'), join(folder, 'link'));
    expect(await opened(join(folder, 'link'))).toBe(join(folder, 'real'));
  });

  it.each([
    ['the group', 0o770],
    ['all', 0o1777],
    ['others', 0o702],
  ])('is refused if it can be written by %s', async (_, mode) => {
    chmodSync(folder, mode);
    await expect(opened(folder)).rejects.toThrow(
      `Expected \`store.directory\` to be a directory that only its owner may write to, got ${folder} with mode 0${(mode & 0o777).toString(8)}: name a folder inside of it that does not exist yet, as for an emptyDir of Kubernetes, or change its mode to 0700.`,
    );
    // What the error says to do works.
    expect(await opened(join(folder, 'inside'))).toBe(join(folder, 'inside'));
  });

  it('is refused if it belongs to somebody else', async () => {
    // Only root can give a directory away, and to all others those of root belong to somebody else.
    if (IS_ROOT) chownSync(folder, SOMEBODY, SOMEBODY);
    const path = IS_ROOT ? folder : '/usr';
    await expect(opened(path)).rejects.toThrow(
      new RegExp(
        `to be a directory of user ${process.geteuid?.()}, got ${path}, which belongs to user \\d+: name a folder`,
      ),
    );
  });

  it.each(['file', 'file/shop'])('is refused where there is a file, for %s', async (name) => {
    writeFileSync(join(folder, 'file'), '');
    await expect(opened(join(folder, name))).rejects.toThrow(
      `Expected \`store.directory\` to be a directory, got ${join(folder, name)}, which is a file or below one: name another path.`,
    );
  });

  it('is refused where it cannot be created', async () => {
    await expect(opened('/proc/shop')).rejects.toThrow(
      /^Expected `store.directory` to be a directory that can be created, got \w+ for \/proc\/shop: create it with mode 0700 for user \d+/,
    );
  });

  it('is refused where files and sockets cannot be made', async () => {
    // Of this process, of mode 0555, and root can make no socket there either.
    await expect(opened('/proc/self/task')).rejects.toThrow(
      /^Expected `store.directory` to be (?:on a file system with Unix sockets|a directory that user \d+ may read and write), got EACCES for .*\/task: (?:change|name)/,
    );
  });

  it.skipIf(IS_ROOT)('is refused without a permission', async () => {
    chmodSync(folder, 0o500);
    await expect(opened(folder)).rejects.toThrow('may read and write, got EACCES');
  });

  it('is refused if a socket in it would have too long a path, before it is created', async () => {
    const most = (process.platform === 'linux' ? 107 : 103) - '/abcdefghijkl.life~'.length;
    const longest = join(folder, 'a'.repeat(most - folder.length - 1));
    await expect(opened(`${longest}a`)).rejects.toThrow(
      `Expected \`store.directory\` to be a path of at most ${most} bytes, because the path of a Unix socket in it is limited to`,
    );
    expect(readdirSync(folder)).toEqual([]);
    expect(await opened(longest)).toBe(longest);
  });
});
