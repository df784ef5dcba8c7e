import { type IncomingMessage } from 'node:http';
import { sendPlain } from '../../send.js';
import { type Handler, sendJson } from './plain-answer.js';

/** Where a process says who it is, for the other processes of its host. */
export const PROCESS_PATH = '/-/process';

/** What a process says of itself. */
export interface OwnProcess {
  readonly service: 'nestjs-prometheus-exporter';
  readonly pid: number;
  /** The path of its metrics. */
  readonly path: string;
  /** The `groupKey` of the processes that it answers for; undefined if it answers for itself. */
  readonly group?: string | undefined;
}

export function ownProcess(own: Pick<OwnProcess, 'path' | 'group'>): OwnProcess {
  return { service: 'nestjs-prometheus-exporter', pid: process.pid, ...own };
}

/** Only other processes of the same host have a reason to ask. */
export function processInfo(own: Pick<OwnProcess, 'path' | 'group'>): Handler {
  return (request, response) =>
    isOfThisHost(request)
      ? sendJson(response, ownProcess(own))
      : sendPlain(response, 403, 'Only processes of the same host are answered.');
}

function isOfThisHost({ socket }: IncomingMessage): boolean {
  const { remoteAddress = '', localAddress } = socket;
  return /^(?:::1|(?:::ffff:)?127\.\d+\.\d+\.\d+)$/.test(remoteAddress) || remoteAddress === localAddress;
}
