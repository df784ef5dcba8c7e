import { expect, it } from 'vitest';
import { checkConfig, checkMetrics } from '../../support/promtool.js';
import { needs } from '../../support/services.js';

needs('promtool')('promtool', () => {
  it('has nothing to say about sound metrics', async () => {
    expect(await checkMetrics('# HELP dogs Dogs in the kennel.\n# TYPE dogs gauge\ndogs 1\n')).toBe('');
  });

  it('complains about bad style', async () => {
    expect(await checkMetrics('# TYPE dogs_total gauge\ndogs_total 1\n')).toMatch(/_total/);
  });

  it('complains about a malformed text', async () => {
    expect(await checkMetrics('dogs{ 1\n')).toMatch(/error/);
  });

  it('complains about a file that is not there', async () => {
    expect(await checkConfig('no-such-file.yml')).toMatch(/no-such-file\.yml/);
  });
});
