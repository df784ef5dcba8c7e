import { methodOf } from '../http/methods.js';
import { type HttpMethod } from '../http-method.js';
import { OTHER_HOST, type OutgoingTarget } from '../outgoing-events.js';

/** How many hosts have a name of their own where the application declares none. */
const MOST_SEEN = 50;

/** How many ways to write a host are remembered. What else there is, is parsed each time. */
const MOST_REMEMBERED = 1000;

/** The protocols as Node writes them, and none for a whole origin. */
export type Prefix = 'http:' | 'https:' | '';

/** The targets at one host, by method. */
type HostTargets = Map<HttpMethod, OutgoingTarget>;

interface Host extends Pick<OutgoingTarget, 'scheme' | 'host' | 'address' | 'port'> {
  readonly targets: HostTargets;
}

/**
 * Finds the target of a request. Hosts are the declared ones, or the first ones seen, so that their number is limited
 * wherever the addresses come from.
 */
export class OutgoingTargets {
  private readonly remembered: Readonly<Record<Prefix, Map<string, Host>>> = {
    'http:': new Map(),
    'https:': new Map(),
    '': new Map(),
  };
  private readonly hosts = new Map<string, Host>();
  private readonly names: HostNames;

  /** @param declared names, and patterns such as `*.example.com`; undefined for the first ones that are seen */
  constructor(private readonly declared: readonly string[] | undefined) {
    this.names = declared === undefined ? new SeenHosts() : new DeclaredHosts(declared);
  }

  /** GET at each declared host; of a pattern, nobody knows the scheme and whether it is used. */
  known(): readonly OutgoingTarget[] {
    const exact = (this.declared ?? []).filter((name) => !name.startsWith('*'));
    return exact.map((name) => this.of('GET', 'https:', name));
  }

  /** @param authority the host with its port; a whole origin, such as `https://example.com`, behind no prefix */
  of(method: string | undefined, prefix: Prefix, authority: string): OutgoingTarget {
    const host = this.remembered[prefix].get(authority) ?? this.hostOf(prefix, authority);
    const known = methodOf(method);
    return host.targets.get(known) ?? addTarget(host, known);
  }

  private hostOf(prefix: Prefix, authority: string): Host {
    const { protocol, hostname, port, host: written } = parsed(prefix === '' ? authority : `${prefix}//${authority}`);
    const scheme = protocol === 'https:' ? 'https' : 'http';
    const name = this.names.nameOf(written);
    const key = `${scheme}://${name}`;
    const host = this.hosts.get(key) ?? {
      scheme,
      host: name,
      ...placeOf(name, hostname, port, scheme),
      targets: new Map(),
    };
    this.hosts.set(key, host);
    const remembered = this.remembered[prefix];
    if (remembered.size < MOST_REMEMBERED) remembered.set(authority, host);
    return host;
  }
}

/** How a host is called in labels. */
interface HostNames {
  nameOf(host: string): string;
}

class SeenHosts implements HostNames {
  private readonly seen = new Set<string>();

  nameOf(host: string): string {
    if (host === '') return OTHER_HOST;
    if (this.seen.size < MOST_SEEN) this.seen.add(host);
    return this.seen.has(host) ? host : OTHER_HOST;
  }
}

class DeclaredHosts implements HostNames {
  private readonly exact: ReadonlySet<string>;
  private readonly patterns: readonly string[];

  constructor(declared: readonly string[]) {
    this.exact = new Set(declared);
    this.patterns = declared.filter((name) => name.startsWith('*'));
  }

  nameOf(host: string): string {
    if (this.exact.has(host)) return host;
    return this.patterns.find((pattern) => host.endsWith(pattern.slice(1))) ?? OTHER_HOST;
  }
}

function addTarget({ targets, scheme, host, address, port }: Host, method: HttpMethod): OutgoingTarget {
  const target: OutgoingTarget = { method, scheme, host, address, port };
  targets.set(method, target);
  return target;
}

function placeOf(
  name: string,
  hostname: string,
  port: string,
  scheme: string,
): Pick<OutgoingTarget, 'address' | 'port'> {
  if (name === OTHER_HOST) return { address: OTHER_HOST, port: undefined };
  const standard = scheme === 'https' ? 443 : 80;
  return { address: name.startsWith('*') ? withoutPort(name) : hostname, port: port === '' ? standard : Number(port) };
}

function withoutPort(pattern: string): string {
  return pattern.replace(/:\d+$/, '');
}

const NOWHERE = { protocol: 'http:', hostname: '', port: '', host: '' };

function parsed(url: string): Pick<URL, 'protocol' | 'hostname' | 'port' | 'host'> {
  return URL.canParse(url) ? new URL(url) : NOWHERE;
}
