import { type MonitorOptions } from 'nestjs-prometheus-exporter';
import { SettingsError } from './settings-error.js';
import { kindOf, protocolOf } from './url-kind.js';

/**
 * With a Redis, `/monitor` shows the numbers of all processes that use it; without one, those of this process. The
 * browser's request for an icon is not counted.
 */
export function monitorOptions(url: string | undefined): MonitorOptions {
  const ignore = ['/favicon.ico'];
  if (url === undefined) return { ignore };
  if (!/^rediss?:$/.test(protocolOf(url))) {
    throw new SettingsError(
      `Expected \`MONITOR_URL\` to be redis://user:password@host:port/number, got ${kindOf(url)}.`,
    );
  }
  return { ignore, store: { redis: url, keyPrefix: 'kennel:' } };
}
