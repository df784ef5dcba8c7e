import { AUTH_RULES, authFaults } from '../access/auth.options-check.js';
import { isObject } from '../options/is-object.js';
import {
  DECORATORS,
  faultsOf,
  GUARDS,
  IGNORE,
  isBoolean,
  isPath,
  misplacedOptions,
  type OptionRule,
  optionsError,
  PLAIN_PATH,
  shapeFaults,
} from '../options/option-rules.js';
import { isLoopbackAddress } from '../access/local-client.js';
import { type MonitorRouteOptions, type MonitorOptions, type MonitorFactoryOptions } from './monitor.options.js';
import { isRedisClient } from './redis/client.js';
import { isRedisUrl } from './redis/redis-url.js';

const MAX_RETENTION_HOURS = 744;

export const RULES: readonly OptionRule[] = [
  {
    option: 'path',
    expected: `a path like /monitor, ${PLAIN_PATH}`,
    fix: 'give a plain path',
    holds: isPath,
  },
  GUARDS,
  DECORATORS,
  ...AUTH_RULES,
  {
    option: 'listen',
    expected: 'an object with port',
    fix: 'give { port: 3001 }, or leave it out',
    holds: (value) => isObject(value) && (value as { port?: unknown }).port !== undefined,
  },
  {
    option: 'listen.port',
    expected: 'a port number from 0 to 65535',
    fix: 'give a number, 0 for any free port',
    holds: (value) => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 65_535,
  },
  {
    option: 'listen.host',
    expected: 'a loopback address such as 127.0.0.1 or ::1',
    fix: 'leave it out; guards, which open the monitor to others, apply to the routes inside the application only',
    holds: (value) => typeof value === 'string' && isLoopbackAddress(value),
  },
  {
    option: 'store',
    expected: "'memory', or an object with either directory or redis",
    fix: "give one of them, such as { directory: '/run/shop' } or { redis: 'redis://localhost:6379' }",
    isSecret: true,
    holds: (value) => value === 'memory' || (isObject(value) && hasOneOf(value, ['directory', 'redis'])),
  },
  {
    option: 'store.directory',
    expected: 'the path of a directory',
    fix: "give something like '/run/shop'",
    holds: (value) => typeof value === 'string' && value !== '' && !value.includes('\0'),
  },
  {
    option: 'store.name',
    expected: 'a text of 1 to 200 characters',
    fix: 'give the name of the application, or leave it out for that of its package.json',
    holds: (value) => typeof value === 'string' && value !== '' && value.length <= 200,
  },
  {
    option: 'store.redis',
    expected: 'a redis:// or rediss:// URL, or a connected client of ioredis or node-redis',
    fix: 'give one of them, with special characters of the password percent-encoded and a number as database; for a cluster a client of ioredis',
    isSecret: true,
    holds: (value) => (typeof value === 'string' ? isRedisUrl(value) : isRedisClient(value)),
  },
  {
    option: 'store.keyPrefix',
    expected: 'a text without spaces',
    fix: 'give something like shop:',
    holds: (value) => typeof value === 'string' && /^\S*$/.test(value),
  },
  { option: 'ignore', ...IGNORE },
  { option: 'totalsOnly', expected: 'true or false', fix: 'give one of the two', holds: isBoolean },
  {
    option: 'retentionHours',
    expected: `a whole number of hours from 1 to ${MAX_RETENTION_HOURS}`,
    fix: 'give the hours of history to keep, 24 by default',
    holds: (value) => Number.isSafeInteger(value) && Number(value) >= 1 && Number(value) <= MAX_RETENTION_HOURS,
  },
];

const ROUTE_OPTIONS: readonly (keyof MonitorRouteOptions)[] = ['path', 'guards', 'decorators'];

/** Options of a store that would have no effect on it. */
const STORE_OPTIONS = [
  { option: 'keyPrefix', of: 'redis' },
  { option: 'name', of: 'directory' },
] as const;

function storeFaults({ store }: MonitorOptions): readonly string[] {
  if (!isObject(store)) return [];
  return STORE_OPTIONS.filter(({ option, of }) => store[option] !== undefined && store[of] === undefined).map(
    ({ option, of }) => `Expected \`store.${option}\` beside \`store.${of}\` only, got it without: leave it out.`,
  );
}

function hasOneOf(value: Readonly<Record<string, unknown>>, options: readonly string[]): boolean {
  return options.filter((option) => value[option] !== undefined).length === 1;
}

/** Every option there is, with dots. */
export const KNOWN_MONITOR_OPTIONS = RULES.map(({ option }) => option);

/**
 * Checks all options: those that a factory may have made, and those of the routes.
 *
 * @errors throws one error that lists every fault, each as a sentence with what was expected, what was given and the fix
 */
export function checkMonitorOptions(
  settings: MonitorFactoryOptions | null | undefined,
  routes: MonitorRouteOptions,
): void {
  const given = settings ?? {};
  const faults = [
    ...shapeFaults(given),
    ...misplacedOptions(ROUTE_OPTIONS, given),
    ...monitorFaults(isObject(given) ? { ...given, ...routes } : routes),
  ];
  if (faults.length > 0) throw optionsError('MonitorModule', faults);
}

/** Every fault, a sentence each. */
export function monitorFaults(options: MonitorOptions): readonly string[] {
  return [...faultsOf(RULES, options), ...storeFaults(options), ...authFaults(options)];
}
