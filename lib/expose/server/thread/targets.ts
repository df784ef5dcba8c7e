import { get, type IncomingMessage, type RequestOptions } from 'node:http';
import { get as getTls } from 'node:https';
import { setTimeout } from 'node:timers';
import { reachableHost } from '../bound-address.js';
import { type ResolvedServerOptions } from '../server.options.js';
import { ownProcess, type OwnProcess, PROCESS_PATH } from './own-process.js';
import { type Handler, sendJson } from './plain-answer.js';

/** Where Prometheus asks for the processes of this host. */
export const TARGETS_PATH = '/targets';

/** A process that is stuck still answers: its endpoint has a thread of its own. */
const ANSWER_WITHIN_MS = 500;
const MAX_ANSWER_CHARACTERS = 4096;
/** Ports that are asked at the same time. */
const AT_ONCE = 64;
/** Scrapes of several Prometheus servers share what was found. */
const FRESH_MS = 1000;

const PATH = /^\/[\w.~/-]{1,255}$/;
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
    const found: Found[] = [{ ...ownProcess(this.options.path), port: own }];
    for (let i = 0; i < ports.length; i += AT_ONCE) {
      const answers = await Promise.all(ports.slice(i, i + AT_ONCE).map((port) => this.ask(port)));
      found.push(...answers.filter((one) => one !== undefined));
    }
    setTimeout(() => (this.found = undefined), FRESH_MS);
    return found.toSorted((a, b) => a.port - b.port);
  }

  /** Undefined for a port that nobody holds, or somebody else. */
  private async ask(port: number): Promise<Found | undefined> {
    const { host, tls } = this.options;
    const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
    try {
      const text = await textOf(
        { host: reachableHost({ host: host ?? '::' }), port, path: PROCESS_PATH, agent: false, signal },
        tls !== undefined,
      );
      const { service, pid, path } = JSON.parse(text) as Partial<OwnProcess>;
      if (service !== 'nestjs-prometheus-exporter' || !Number.isSafeInteger(pid) || !PATH.test(String(path))) {
        return undefined;
      }
      return { service, pid: Number(pid), path: String(path), port };
    } catch {
      return undefined;
    }
  }
}

/** How the client calls this machine. */
function hostOf({ headers, socket }: IncomingMessage): string {
  const name = headers.host?.replace(/:\d+$/, '') ?? '';
  if (HOST_NAME.test(name)) return name;
  const address = (socket.localAddress ?? '127.0.0.1').replace('::ffff:', '');
  return address.includes(':') ? `[${address}]` : address;
}

function textOf(options: RequestOptions, isTls: boolean): Promise<string> {
  return new Promise((resolve, reject) => {
    const read = (response: IncomingMessage) => {
      let text = '';
      response.setEncoding('utf8').on('error', reject);
      response.on('data', (piece: string) => {
        text += piece;
        if (text.length > MAX_ANSWER_CHARACTERS) response.destroy(new RangeError('The answer is too long.'));
      });
      response.on('end', () => resolve(text));
    };
    // The certificate says nothing about processes of the same host.
    const asked = isTls ? getTls({ ...options, rejectUnauthorized: false }, read) : get(options, read);
    asked.on('error', reject);
  });
}
