import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';

const path = (relative: string) => fileURLToPath(new URL(`../../${relative}`, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'docs-'));

beforeAll(() => execFileSync(process.execPath, [path('scripts/build-docs.mjs'), folder]));
afterAll(() => rmSync(folder, { recursive: true }));

it.each(['metrics.md', 'metrics-django.md', 'metrics-otel.md', 'options.md'])(
  'docs/%s is what the code says',
  (name) => {
    const fresh = readFileSync(join(folder, name), 'utf8');
    const committed = readFileSync(path(`docs/${name}`), 'utf8');
    expect(committed, `docs/${name} is out of date: run \`npm run docs\`, and commit what it writes.`).toBe(fresh);
  },
);
