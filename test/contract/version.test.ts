import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { VERSION } from '../../lib/version.js';

it('the version of the library is that of the package', () => {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  expect(VERSION).toBe((JSON.parse(manifest) as { version: string }).version);
});
