// Prints the last line of .ci/run from the reports of vitest's JSON reporter: "N passed, N failed[, N skipped]".
// Usage: node summary.mjs <exit code of the run> <step the run ended in> <report> …
// Whatever fails counts: a test, a test file that could not be loaded, and a step that is not made of tests.
import { readFileSync } from 'node:fs';

const [exitCode = '1', step = 'unknown', ...reports] = process.argv.slice(2);
const counts = reports.map(readCounts);
const sum = (what) => counts.reduce((total, one) => total + one[what], 0);
const [passed, failed, skipped] = [sum('passed'), sum('failed'), sum('skipped')];

const hasFailed = exitCode !== '0';
if (hasFailed) console.log(`\nFailed: ${step}`);
// The run failed and no test did; or it did not fail, though no test has run where some should have.
const failedSteps = (hasFailed && failed === 0) || (!hasFailed && !ranEverywhere()) ? 1 : 0;
const allFailed = failed + failedSteps;
console.log(`${passed} passed, ${allFailed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = allFailed > 0 ? 1 : 0;

function ranEverywhere() {
  return counts.length > 0 && counts.every((one) => one.passed > 0);
}

/** No report, or half of one, is left by a run that ended before its tests did. */
function readCounts(report) {
  try {
    return countsOf(JSON.parse(readFileSync(report, 'utf8')));
  } catch {
    return { passed: 0, failed: 0, skipped: 0 };
  }
}

function countsOf({ numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults }) {
  const brokenFiles = testResults.filter(isBrokenFile).length;
  return {
    passed: numPassedTests,
    failed: numFailedTests + brokenFiles,
    skipped: numPendingTests + numTodoTests,
  };
}

/** A file that fails without a failing test: it could not be loaded, or a hook outside of its tests threw. */
function isBrokenFile({ status, assertionResults }) {
  return status === 'failed' && assertionResults.every((test) => test.status !== 'failed');
}
