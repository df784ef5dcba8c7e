import { type IncomingMessage, type OutgoingHttpHeaders, request as httpRequest, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';
import { clearTimeout, setTimeout } from 'node:timers';
import { type PagesAddress, SECRET_HEADER } from '../../../serving/port-pages.js';
import { sendPlain } from '../../send.js';
import { type Handler, reading } from './plain-answer.js';

/** The event loop of the application has this long to begin an answer. */
const ANSWER_WITHIN_MS = 5000;

/** What the pages read of a request. */
const PASSED_ON = ['accept', 'accept-encoding', 'if-none-match', 'last-event-id'] as const;
/** Headers that belong to one connection. */
const OF_A_CONNECTION = ['connection', 'keep-alive', 'transfer-encoding'];

/** Passes requests on to the application's thread, and its answers back as they come. */
export function passedOn({ port, secret }: PagesAddress): Handler {
  return reading(({ method, url, headers }, response) => {
    const asked = httpRequest({
      host: '127.0.0.1',
      port,
      method,
      path: url,
      agent: false,
      headers: { ...chosen(headers), [SECRET_HEADER]: secret },
    });
    const late = setTimeout(() => asked.destroy(), ANSWER_WITHIN_MS);
    asked.on('response', (answer) => {
      clearTimeout(late);
      passBack(answer, response);
    });
    asked.on('error', () => {
      clearTimeout(late);
      if (response.headersSent) response.destroy();
      else sendPlain(response, 503, 'The application does not answer.', { 'Retry-After': '5' });
    });
    response.on('close', () => asked.destroy());
    asked.end();
  });
}

/** The end of a client ends the answer, and the end of the answer the client. */
function passBack(answer: IncomingMessage, response: ServerResponse): void {
  const headers = Object.entries(answer.headers).filter(([name]) => !OF_A_CONNECTION.includes(name));
  response.writeHead(answer.statusCode ?? 502, Object.fromEntries(headers));
  response.flushHeaders();
  pipeline(answer, response, () => undefined);
}

function chosen(headers: IncomingMessage['headers']): OutgoingHttpHeaders {
  return Object.fromEntries(PASSED_ON.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])));
}
