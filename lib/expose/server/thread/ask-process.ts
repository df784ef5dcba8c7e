import { get, type IncomingMessage, type RequestOptions } from 'node:http';
import { get as getTls } from 'node:https';
import { reachableHost } from '../bound-address.js';
import { type ResolvedServerOptions } from '../server.options.js';
import { type OwnProcess, PROCESS_PATH } from './own-process.js';

/** A process that is stuck still answers: its endpoint has a thread of its own. */
const ANSWER_WITHIN_MS = 500;
const MAX_ANSWER_CHARACTERS = 4096;

const PATH = /^\/[\w.~/-]{1,255}$/;

/** Who holds a port of this host; undefined for a port that nobody holds, or somebody else. */
export async function askProcess(
  { host, tls }: Pick<ResolvedServerOptions, 'host' | 'tls'>,
  port: number,
): Promise<OwnProcess | undefined> {
  const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
  try {
    const text = await textOf(
      { host: reachableHost({ host: host ?? '::' }), port, path: PROCESS_PATH, agent: false, signal },
      tls !== undefined,
    );
    const { service, pid, path, group } = JSON.parse(text) as Partial<OwnProcess>;
    if (service !== 'nestjs-prometheus-exporter' || !Number.isSafeInteger(pid) || !PATH.test(String(path))) {
      return undefined;
    }
    return { service, pid: Number(pid), path: String(path), group };
  } catch {
    return undefined;
  }
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
