import { type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { TEXT } from '../expose/formats/text.js';
import { ownRequest } from '../host/own-request.js';

const TIMEOUT_MS = 10_000;
const MOST_REDIRECTS = 20;

/** What an endpoint answers, asked as an old Prometheus would. It is no outgoing request of the application under test. */
export async function endpointText(url: string): Promise<string> {
  const { status, body } = await read(url).catch((cause: unknown) => {
    throw new Error(`Expected metrics from ${url}, got no answer: ${reasonOf(cause)}`, { cause });
  });
  if (status === 200) return body;
  throw new Error(`Expected metrics from ${url}, got ${status}: ${body.slice(0, 200)}`);
}

async function read(url: string): Promise<{ readonly status: number; readonly body: string }> {
  const answer = await answerOf(url, AbortSignal.timeout(TIMEOUT_MS), MOST_REDIRECTS);
  return { status: answer.statusCode ?? 0, body: await text(answer) };
}

async function answerOf(url: string, signal: AbortSignal, redirects: number): Promise<IncomingMessage> {
  const answer = await ownRequest(url, { headers: { accept: TEXT.contentType }, signal });
  const { location } = answer.headers;
  if (location === undefined || !isRedirect(answer) || redirects === 0) return answer;
  answer.resume();
  return answerOf(new URL(location, url).href, signal, redirects - 1);
}

function isRedirect({ statusCode = 0 }: IncomingMessage): boolean {
  return statusCode >= 300 && statusCode < 400;
}

/** An abort has its reason as the cause. Several refused addresses of one host have one error, without a message. */
function reasonOf(error: unknown): string {
  const { cause, code, message } = error as Readonly<Record<'cause' | 'code' | 'message', unknown>>;
  return String(message === '' ? code : (cause ?? error));
}
