import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Keyv } from 'keyv';
import { describe, expect, it } from 'vitest';
import { CacheFile } from './cache-file.js';
import { cacheOptions } from './cache-options.js';
import { readSettings } from './settings.js';
import { SettingsError } from './settings-error.js';

const UNUSABLE = [
  'rex:w00f',
  'redis://',
  'redis://rex:w00f@localhost/dogs',
  'redis://rex:w00f%@localhost',
  'redis://rex:w00f@localhost:99999',
  'memcached://rex:w00f@localhost/dogs',
  'memcached:',
  'memcached://a:11211,b:11211',
  'file://cache.json',
  'file:///a/folder/',
  'file:///a%2Ffile',
  'file:///a%file',
  'mongodb://rex:w00f@localhost',
];

describe('CACHE_URL', () => {
  it('is unset by default, and when it is empty', () => {
    expect(readSettings({}).cacheUrl).toBeUndefined();
    expect(readSettings({ CACHE_URL: '' }).cacheUrl).toBeUndefined();
    expect(cacheOptions(undefined)).toEqual({});
  });

  it.each(UNUSABLE)('is refused as %s, without its password in the sentence', (url) => {
    const refused = () => cacheOptions(readSettings({ CACHE_URL: url }).cacheUrl);
    expect(refused).toThrow(SettingsError);
    expect(refused).toThrow(/^Expected `CACHE_URL` to be [^\n]+, got [^\n]+\.$/);
    expect(refused).not.toThrow(/w00f/);
  });
});

describe('a cache in a file that cannot be written', () => {
  it('tells that it failed, also to delete what has expired', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cache-file-'));
    const store = new CacheFile({ filename: join(folder, 'file', 'cache.json'), writeDelay: 0 });
    writeFileSync(join(folder, 'file'), 'not a folder');
    const failures: unknown[] = [];
    new Keyv({ store }).on('error', (error: unknown) => failures.push(error));
    await expect(store.set('forecast', 'rain', -1)).rejects.toThrow('EEXIST');
    expect(await store.get('forecast')).toBeUndefined();
    await expect.poll(() => failures).toHaveLength(1);
    rmSync(folder, { recursive: true });
  });
});
