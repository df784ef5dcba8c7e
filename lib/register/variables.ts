const PREFIX = 'PROMETHEUS_';

/** The variable with the path of the JSON file. */
export const CONFIG_VARIABLE = `${PREFIX}CONFIG`;

/** The variable of an option: `http.durationBuckets` is `PROMETHEUS_HTTP_DURATION_BUCKETS`. */
export function variableOf(option: string): string {
  return PREFIX + option.replaceAll('.', '_').replaceAll(/[A-Z]/g, '_$&').toUpperCase();
}

/** Variables that Kubernetes sets for a service called `prometheus`, `prometheus-server` and so on. */
const OF_A_SERVICE = /_SERVICE_(?:HOST|PORT(?:_\w+)?)$|_PORT_\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?$/;
const ADDRESS_OF_A_SERVICE = /^(?:tcp|udp|sctp):\/\//;

export type Environment = Readonly<Record<string, string | undefined>>;

/** The variables that can be meant for us, by name. */
export function ownVariables(environment: Environment): ReadonlyMap<string, string> {
  const own = Object.entries(environment).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && entry[0].startsWith(PREFIX),
  );
  return new Map(own.filter(([name, text]) => !OF_A_SERVICE.test(name) && !ADDRESS_OF_A_SERVICE.test(text)));
}
