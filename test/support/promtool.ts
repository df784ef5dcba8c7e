import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

/** What promtool complains about in an exposition of the text format; the empty string when it is content. */
export function checkMetrics(exposition: string): Promise<string> {
  return promtool(['check', 'metrics'], exposition);
}

/** What promtool complains about in a configuration file and in the rule files it names. */
export function checkConfig(path: string): Promise<string> {
  return promtool(['check', 'config', '--lint-fatal', path]);
}

/** What promtool complains about in rule files; a rule that is there twice is a complaint as well. */
export function checkRules(...paths: readonly string[]): Promise<string> {
  return promtool(['check', 'rules', '--lint-fatal', ...paths]);
}

/** Runs files of rule tests; gives what promtool says of those that fail. */
export function testRules(...paths: readonly string[]): Promise<string> {
  return promtool(['test', 'rules', ...paths]);
}

/** promtool says SUCCESS to a file on one line and why another one fails on the next: its exit code decides. */
async function promtool(parameters: readonly string[], input = ''): Promise<string> {
  const child = spawn('promtool', parameters);
  // A promtool that dies before it has read everything says why on stderr, and that is what we give.
  child.stdin.on('error', () => undefined).end(input);
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  const [exitCode, output, errors] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  if (exitCode === 0) return '';
  return `${output}${errors}`.trim() || `promtool ${parameters.join(' ')} ended with exit code ${exitCode}`;
}
