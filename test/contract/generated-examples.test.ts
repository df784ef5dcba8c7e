import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const path = (relative: string) => fileURLToPath(new URL(`../../${relative}`, import.meta.url));
const fresh = mkdtempSync(join(tmpdir(), 'examples-'));
const RULES = 'prometheus/rules/';

const yamlIn = (folder: string) => readdirSync(join(folder, RULES)).filter((name) => name.endsWith('.yml'));

beforeAll(() => execFileSync(process.execPath, [path('scripts/build-examples.mjs'), fresh]));
afterAll(() => rmSync(fresh, { recursive: true }));

describe('the rules in examples/', () => {
  it('are those that are generated, and no more', () => {
    expect(yamlIn(path('examples/'))).toEqual(yamlIn(fresh));
  });

  it.each(yamlIn(path('examples/')))('%s is what lib/rules/ says', (name) => {
    const kept = readFileSync(join(path('examples/'), RULES, name), 'utf8');
    expect(kept, `${name} is out of date: run \`npm run examples\`, and commit what it writes.`).toBe(
      readFileSync(join(fresh, RULES, name), 'utf8'),
    );
  });
});
