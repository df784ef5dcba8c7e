import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';

const SUMMARY = fileURLToPath(new URL('../../.ci/summary.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'reports-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Report {
  readonly passed: number;
  readonly failed?: number;
  readonly skipped?: number;
}

/** The last line and the exit code, for a run of so many reports; `null` is one that was never written. */
function summary(exitCode: number, ...reports: readonly (Report | null)[]): string {
  const paths = reports.map((report, index) => {
    const path = join(folder, `${index}.json`);
    rmSync(path, { force: true });
    if (report !== null) writeFileSync(path, JSON.stringify(asVitest(report)));
    return path;
  });
  const { stdout, status } = spawnSync(process.execPath, [SUMMARY, String(exitCode), 'npm test', ...paths], {
    encoding: 'utf8',
  });
  return `${stdout.trimEnd().split('\n').at(-1)} → ${status}`;
}

function asVitest({ passed, failed = 0, skipped = 0 }: Report): object {
  return {
    numPassedTests: passed,
    numFailedTests: failed,
    numPendingTests: skipped,
    numTodoTests: 0,
    testResults: [],
  };
}

it.each([
  [
    'adds up all reports',
    summary(0, { passed: 20, skipped: 1 }, { passed: 4, skipped: 2 }),
    '24 passed, 0 failed, 3 skipped → 0',
  ],
  [
    'fails with a test that fails in any',
    summary(1, { passed: 20 }, { passed: 3, failed: 1 }),
    '23 passed, 1 failed → 1',
  ],
  ['fails where the run ended before a report', summary(1, { passed: 20 }, null), '20 passed, 1 failed → 1'],
  [
    'fails where a run passed that has run no test',
    summary(0, { passed: 20 }, { passed: 0 }),
    '20 passed, 1 failed → 1',
  ],
  ['fails with a step without tests', summary(1, null), '0 passed, 1 failed → 1'],
])('the summary of .ci/run %s', (_, actual, expected) => {
  expect(actual).toBe(expected);
});
