import { type IncomingMessage } from 'node:http';
import { setTimeout } from 'node:timers';
import { type ResolvedServerOptions } from '../server.options.js';
import { askProcess } from './ask-process.js';
import { ownProcess, type OwnProcess } from './own-process.js';
import { type Handler, sendJson } from './plain-answer.js';

/** Where Prometheus asks for the processes of this host. */
export const TARGETS_PATH = '/targets';

/** Ports that are asked at the same time. */
const AT_ONCE = 64;
/** Scrapes of several Prometheus servers share what was found. */
const FRESH_MS = 1000;

const HOST_NAME = /^(?:[\w.-]+|\[[\da-f:.]+\])$/i;

/** A process that answers on one of the ports. */
interface Found extends OwnProcess {
  readonly port: number;
}

/**
 * The processes of this host that share the range of ports, in the format of Prometheus' HTTP service discovery. They
 * are found by asking each port of the range: nothing is written down that a killed process could leave behind.
 */
export class Targets {
  private found: Promise<readonly Found[]> | undefined;

  constructor(
    private readonly options: ResolvedServerOptions,
    private readonly ownPort: () => number,
  ) {}

  readonly answer: Handler = async (request, response) => {
    const scheme = this.options.tls === undefined ? 'http' : 'https';
    const host = hostOf(request);
    const processes = await (this.found ??= this.search());
    sendJson(
      response,
      processes.map(({ port, path, pid }) => ({
        targets: [`${host}:${port}`],
        labels: { __scheme__: scheme, __metrics_path__: path, __meta_nestjs_pid: String(pid) },
      })),
    );
  };

  private async search(): Promise<readonly Found[]> {
    const [from, to] = this.options.ports;
    const own = this.ownPort();
    const ports = Array.from({ length: to - from + 1 }, (_, i) => from + i).filter((port) => port !== own);
    const found: Found[] = [{ ...ownProcess({ path: this.options.path }), port: own }];
    for (let i = 0; i < ports.length; i += AT_ONCE) {
      const answers = await Promise.all(ports.slice(i, i + AT_ONCE).map((port) => this.ask(port)));
      found.push(...answers.filter((one) => one !== undefined));
    }
    setTimeout(() => (this.found = undefined), FRESH_MS);
    return found.toSorted((a, b) => a.port - b.port);
  }

  private async ask(port: number): Promise<Found | undefined> {
    const found = await askProcess(this.options, port);
    return found && { ...found, port };
  }
}

/** How the client calls this machine. */
function hostOf({ headers, socket }: IncomingMessage): string {
  const name = headers.host?.replace(/:\d+$/, '') ?? '';
  if (HOST_NAME.test(name)) return name;
  const address = (socket.localAddress ?? '127.0.0.1').replace('::ffff:', '');
  return address.includes(':') ? `[${address}]` : address;
}
