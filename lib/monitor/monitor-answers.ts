import { type IncomingMessage } from 'node:http';
import { type Answer } from './entrance.js';
import { type MonitorResponder, PLAIN_TEXT } from './monitor-responder.js';
import { ROUTES } from './own-routes.js';

/** What the monitor answers on a port where no framework looks for the route. */
export class MonitorAnswers {
  private readonly byPath: ReadonlyMap<string, Answer>;

  constructor(
    responder: MonitorResponder,
    private readonly path: string,
  ) {
    this.byPath = answersOf(responder, path);
  }

  of({ method, url = '' }: IncomingMessage): Answer {
    if (method !== 'GET' && method !== 'HEAD') {
      return refusal(405, 'Only GET and HEAD are answered.', { Allow: 'GET, HEAD' });
    }
    return this.byPath.get(url.replace(/\?.*$/s, '')) ?? refusal(404, `The monitor is at ${this.path}`);
  }
}

/** Looked up by the path as it was sent: a request for a proxy, with a whole URL as its target, finds nothing. */
function answersOf(responder: MonitorResponder, path: string): ReadonlyMap<string, Answer> {
  const page: Answer = (request, response) => responder.page(request, response);
  return new Map<string, Answer>([
    ['/', refusal(307, `The monitor is at ${path}`, { Location: path })],
    [path, page],
    [`${path}/`, page],
    [`${path}/${ROUTES.script}`, (request, response) => responder.file('page.js', request, response)],
    [`${path}/${ROUTES.style}`, (request, response) => responder.file('page.css', request, response)],
    [`${path}/${ROUTES.data}`, (request, response) => responder.data(request, response)],
    [`${path}/${ROUTES.nagios}`, (_, response) => responder.nagios(response)],
    [`${path}/${ROUTES.events}`, (request, response) => responder.events(request, response)],
  ]);
}

export function refusal(status: number, sentence: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return (_, response) => void response.writeHead(status, { ...PLAIN_TEXT, ...headers }).end(`${sentence}\n`);
}
