import { isIP } from 'node:net';
import { FIXED_PATHS, type ResolvedServerOptions, type ServerOptions } from './expose/server/server.options.js';
import { isObject } from './options/is-object.js';
import { FLAG, listOf, numberOf } from './options/option-kinds.js';
import { isPath, type OptionRule, PLAIN_PATH } from './options/option-rules.js';
import { plainPath } from './serving/plain-path.js';

/** Every port of a range is asked when somebody looks for the processes of the host. */
const MAX_RANGE = 1000;
const HOST_NAME = /^[a-zA-Z\d](?:[a-zA-Z\d.-]*[a-zA-Z\d])?$/;

const isPort = (from: number) => (value: unknown) =>
  Number.isInteger(value) && Number(value) >= from && Number(value) <= 65_535;
const isFile = (value: unknown) => typeof value === 'string' && value.trim() !== '';

const PEM_FILE: Omit<OptionRule, 'option'> = {
  expected: 'the path of a PEM file',
  fix: 'give the path of the file, not its content',
  isSecret: true,
  holds: (value) => isFile(value) && !String(value).includes('-----BEGIN'),
  fromText: (text) => text,
};

/** Rules for option `server`. */
export const SERVER_RULES: readonly OptionRule[] = [
  {
    option: 'server',
    expected: 'an object with port or ports, or false',
    fix: 'give { port: 9464 }, or leave it out',
    holds: (value) => value === false || isObject(value),
    fromText: (text) => (text === 'false' ? false : text),
    default: false,
  },
  {
    option: 'server.port',
    expected: 'a port number from 0 to 65535',
    fix: 'give a number, 0 for any free port',
    holds: isPort(0),
    fromText: numberOf,
  },
  {
    option: 'server.ports',
    expected: `the first and the last port of a range of at most ${MAX_RANGE}`,
    fix: 'give something like [9464, 9480]',
    holds: isRange,
    fromText: (text) => listOf(text).map(numberOf),
  },
  {
    option: 'server.host',
    expected: 'an IP address or a host name',
    fix: 'give the address to listen on, such as 0.0.0.0',
    holds: (value) => typeof value === 'string' && (isIP(value) !== 0 || HOST_NAME.test(value)),
    fromText: (text) => text,
  },
  {
    option: 'server.path',
    expected: `a path like /metrics, ${PLAIN_PATH}`,
    fix: 'give a plain path',
    holds: isPath,
    fromText: (text) => text,
    default: '/metrics',
  },
  {
    option: 'server.tls',
    expected: 'an object with cert and key',
    fix: "give { cert: '/etc/tls/tls.crt', key: '/etc/tls/tls.key' }, or leave it out for HTTP",
    isSecret: true,
    holds: (value) => isObject(value) && value['cert'] !== undefined && value['key'] !== undefined,
  },
  { option: 'server.tls.cert', ...PEM_FILE },
  { option: 'server.tls.key', ...PEM_FILE },
  { option: 'server.tls.ca', ...PEM_FILE },
  { option: 'server.tls.requestCert', ...FLAG, default: false },
  {
    option: 'server.healthPath',
    expected: `a path like /-/healthy, ${PLAIN_PATH}, or false`,
    fix: 'give a plain path',
    holds: (value) => value === false || isPath(value),
    fromText: (text) => text !== 'false' && text,
    default: '/-/healthy',
  },
  {
    option: 'server.unhealthyAfterSeconds',
    expected: 'a number of seconds from 2 to 3600',
    fix: 'give how long the event loop may be stuck before the probe answers 503',
    holds: (value) => Number.isFinite(value) && Number(value) >= 2 && Number(value) <= 3600,
    fromText: numberOf,
    default: 10,
  },
  { option: 'server.monitor', ...FLAG, default: false },
];

/** Faults that no single option has. */
export function serverFaults(options: object): string[] {
  const { server } = options as { readonly server?: unknown };
  if (!isObject(server)) return [];
  const { port, ports, path, healthPath, tls } = server as ServerOptions;
  const faults: string[] = [];
  if ((port === undefined) === (ports === undefined)) {
    const given = port === undefined ? 'neither' : 'both';
    faults.push(`Expected \`server\` to have either \`port\` or \`ports\`, got ${given}: give one of the two.`);
  }
  const paths = [
    ...FIXED_PATHS,
    pathOf(path, '/metrics'),
    healthPath === false ? '' : pathOf(healthPath, '/-/healthy'),
  ];
  if (new Set(paths).size < paths.length) {
    faults.push(
      `Expected \`server.path\` and \`server.healthPath\` to differ from each other and from ${FIXED_PATHS.join(' and ')}, got two that are the same: change one of the two.`,
    );
  }
  if (isObject(tls) && tls['requestCert'] === true && tls['ca'] === undefined) {
    faults.push(
      'Expected `server.tls.ca` beside `server.tls.requestCert`, got none: give the certificates of those who sign the certificates of clients.',
    );
  }
  return faults;
}

/** @param given the option with the defaults of its rules, or false */
export function resolveServer(given: unknown, hasAuth: boolean): ResolvedServerOptions | false {
  if (!isObject(given)) return false;
  const {
    port = 0,
    ports,
    host,
    path,
    tls,
    ...rest
  } = given as unknown as Omit<ResolvedServerOptions, 'isRange'> & ServerOptions;
  const isLocked = hasAuth || tls?.requestCert === true;
  return {
    ports: ports ?? [port, port],
    isRange: ports !== undefined,
    host: host ?? (isLocked ? undefined : '127.0.0.1'),
    path: plainPath(path),
    tls: tls?.cert === undefined ? undefined : tls,
    healthPath: rest.healthPath !== false && plainPath(rest.healthPath),
    unhealthyAfterSeconds: rest.unhealthyAfterSeconds,
    monitor: rest.monitor,
  };
}

function isRange(value: unknown): boolean {
  if (!Array.isArray(value) || value.length !== 2 || !value.every(isPort(1))) return false;
  const [from, to] = value as [number, number];
  return from <= to && to - from < MAX_RANGE;
}

function pathOf(given: unknown, otherwise: string): string {
  return typeof given === 'string' ? plainPath(given) : otherwise;
}
