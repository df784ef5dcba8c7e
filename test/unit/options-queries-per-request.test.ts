import { afterEach, expect, it } from 'vitest';
import { resolveOptions } from '../../lib/prometheus.options.js';

const versions = Object.getOwnPropertyDescriptor(process, 'versions')!;
afterEach(() => void Object.defineProperty(process, 'versions', versions));

it.each<[string, boolean | 'auto' | undefined, boolean]>([
  ['20.19.0', undefined, false],
  ['22.22.0', 'auto', false],
  ['24.0.0', undefined, true],
  ['26.1.0', 'auto', true],
  ['20.19.0', true, true],
  ['26.1.0', false, false],
])('on Node %s `http.queriesPerRequest: %s` is %s', (node, queriesPerRequest, isOn) => {
  Object.defineProperty(process, 'versions', { ...versions, value: { ...process.versions, node } });
  const { capabilities } = resolveOptions({ http: { ...(queriesPerRequest !== undefined && { queriesPerRequest }) } });
  expect(capabilities['http']).toMatchObject({ queriesPerRequest: isOn });
});
