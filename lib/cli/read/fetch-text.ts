import { type IncomingMessage, request as httpRequest, STATUS_CODES } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { CommandFault, reasonOf } from '../command-fault.js';
import { type Access } from './access.js';
import { collectText } from './collect-text.js';
import { shownUrl } from './source-url.js';

/** The text format first, which everybody can write. */
const ACCEPT = 'text/plain;version=0.0.4,application/openmetrics-text;version=1.0.0;q=0.5,*/*;q=0.1';

const MOST_REDIRECTS = 5;

/** Fetches the text of an endpoint, within the bounds of time and size. */
export async function fetchText(url: URL, access: Access, stop: AbortSignal) {
  const shown = shownUrl(url);
  const timeout = AbortSignal.timeout(access.timeoutMs);
  const signal = AbortSignal.any([timeout, stop]);
  try {
    const response = await follow(url, access, signal);
    const text = await collectText(response, shown);
    const contentType = response.headers['content-type'] ?? '';
    refuseHtml(shown, text, contentType);
    return { text, contentType };
  } catch (error) {
    if (error instanceof CommandFault) throw error;
    const late = `It took longer than ${access.timeoutMs / 1000} s (--timeout)`;
    throw new CommandFault(`Cannot read ${shown}: ${timeout.aborted ? late : reasonsOf(error)}.`, { cause: error });
  }
}

/** Another host, port or scheme gets neither the headers of the user nor the credentials of the URL. */
async function follow(start: URL, access: Access, signal: AbortSignal): Promise<IncomingMessage> {
  let url = start;
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects += 1) {
    const headers = url.origin === start.origin ? access.headers : {};
    const response = await ask(url, headers, access.ca, signal);
    const { statusCode = 0, headers: received } = response;
    if (statusCode >= 300 && statusCode < 400 && received.location !== undefined) {
      response.destroy();
      url = redirected(url, received.location);
    } else {
      return accepted(response, url);
    }
  }
  throw new CommandFault(`${shownUrl(start)} redirects more than ${MOST_REDIRECTS} times.`);
}

function redirected(url: URL, location: string): URL {
  const target = URL.canParse(location, url.href) ? new URL(location, url) : undefined;
  if (target && /^https?:$/.test(target.protocol)) return target;
  throw new CommandFault(
    `${shownUrl(url)} redirects to ${JSON.stringify(location)}, which is no URL of http or https.`,
  );
}

function ask(url: URL, headers: Access['headers'], ca: string | undefined, signal: AbortSignal) {
  const sent = {
    accept: ACCEPT,
    'accept-encoding': 'identity',
    'user-agent': 'nestjs-prometheus-exporter',
    ...headers,
  };
  return new Promise<IncomingMessage>((resolve, reject) => {
    const options = { headers: sent, signal, agent: false as const, ...(ca !== undefined && { ca }) };
    const request =
      url.protocol === 'https:' ? httpsRequest(url, options, resolve) : httpRequest(url, options, resolve);
    request.on('error', reject).end();
  });
}

function accepted(response: IncomingMessage, url: URL): IncomingMessage {
  const { statusCode = 0, headers } = response;
  const encoding = headers['content-encoding'] ?? 'identity';
  if (statusCode === 200 && encoding === 'identity') return response;
  response.destroy();
  if (statusCode === 200) throw new CommandFault(`${shownUrl(url)} answers in ${encoding}, which was not asked for.`);
  const hint = statusCode === 401 ? ' Give --bearer-token-file or --header.' : '';
  throw new CommandFault(
    `${shownUrl(url)} answers ${statusCode} ${STATUS_CODES[statusCode] ?? ''}`.trim() + `.${hint}`,
  );
}

function refuseHtml(shown: string, text: string, contentType: string): void {
  if (/^text\/html\b/i.test(contentType) || /^\s*<(?:!doctype|html)/i.test(text)) {
    throw new CommandFault(`${shown} answers with an HTML page, not with metrics. Is the path right?`);
  }
}

/** Node tries several addresses of a host, and the message of their common error is empty. */
function reasonsOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ');
  return reasonOf(error) === 'aborted' ? 'The connection was closed before the end of the answer' : reasonOf(error);
}
