import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

/** Set by `npm run test:node`: the version that was asked for, such as 24 or 24.19.0. */
const VERSION = process.env['NODE_UNDER_TEST'];

describe.skipIf(VERSION === undefined)('the Node under test', () => {
  const isUnderTest = expect.stringMatching(new RegExp(`^v${VERSION?.replaceAll('.', '\\.')}(\\.|$)`));

  it('runs the tests', () => {
    expect(process.version).toEqual(isUnderTest);
  });

  it('runs what the tests start by its name, such as npm', () => {
    expect(spawnSync('node', ['--version'], { encoding: 'utf8' }).stdout.trim()).toEqual(isUnderTest);
    const versions = spawnSync('npm', ['version', '--json'], { encoding: 'utf8' }).stdout;
    expect(`v${(JSON.parse(versions) as { node: string }).node}`).toEqual(isUnderTest);
  });
});
