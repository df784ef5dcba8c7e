import { IncomingMessage, request as httpRequest, ServerResponse } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { Socket } from 'node:net';
import { ownAgent } from '../host/own-agent.js';
import { within } from './deadline.js';
import { TRIAL_HEADERS } from './trial-request.js';

/** A handler for Node's requests and responses. */
export type Handler = (request: IncomingMessage, response: ServerResponse) => unknown;

/** Where a server of ours listens. */
export interface TrialTarget {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly isTls: boolean;
}

/** The status of an answer, or in words what came instead. */
type Outcome = number | string;

const DEADLINE_SECONDS = 5;
const CLOSED = 'a connection that was closed without an answer';
const REFUSALS: readonly Outcome[] = [401, 403];

/**
 * Gives a handler a made-up request without credentials, from an address that is not allowed.
 *
 * @param door the name of the route, for the message
 * @errors rejects if anything but a refusal comes back
 */
export async function assertLocked(door: string, handle: Handler): Promise<void> {
  const request = Object.assign(new IncomingMessage(new Socket()), {
    method: 'GET',
    url: '/',
    headers: { ...TRIAL_HEADERS },
  });
  const answered = new Promise<Outcome>((resolve, reject) => {
    Promise.resolve()
      .then(() => handle(request, trialResponse(request, resolve)))
      .catch(reject);
  });
  assertRefused(door, await outcomeWithin(answered), REFUSALS);
}

/**
 * Sends a request without credentials to a server that listens. If the server closes the connection without an answer,
 * that is a refusal: TLS does so without a client certificate.
 *
 * @param door the name of the route, for the message
 * @errors rejects if anything but a refusal comes back
 */
export async function assertPortLocked(door: string, target: TrialTarget): Promise<void> {
  assertRefused(door, await outcomeWithin(askPort(target)), [...REFUSALS, CLOSED]);
}

async function outcomeWithin(outcome: Promise<Outcome>): Promise<Outcome> {
  try {
    return await within(DEADLINE_SECONDS, outcome, () => new Error(`no answer within ${DEADLINE_SECONDS} s`));
  } catch (error) {
    return String(error);
  }
}

function assertRefused(door: string, outcome: Outcome, refusals: readonly Outcome[]): void {
  if (refusals.includes(outcome)) return;
  const got = typeof outcome === 'number' ? `an answer with status ${outcome}` : outcome;
  throw new TypeError(
    `Expected ${door} to refuse a request without credentials, because \`auth\` is given, got ${got}: look for what replaces the provider or the controller of this route.`,
  );
}

/** A response that is sent nowhere. */
function trialResponse(request: IncomingMessage, answered: (status: number) => void): ServerResponse {
  const response = new ServerResponse(request);
  const answer = () => {
    answered(response.statusCode);
    return response;
  };
  const writeHead = (status: number) => Object.assign(response, { statusCode: status });
  return Object.assign(response, { writeHead, flushHeaders: answer, write: () => answer() === response, end: answer });
}

function askPort({ isTls, ...target }: TrialTarget): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const options = { ...target, headers: TRIAL_HEADERS, agent: ownAgent(isTls), timeout: DEADLINE_SECONDS * 1000 };
    const request = isTls ? httpsRequest({ ...options, rejectUnauthorized: false }) : httpRequest(options);
    request.on('response', (response) => {
      resolve(response.statusCode ?? CLOSED);
      response.destroy();
    });
    request.on('timeout', () => request.destroy());
    request.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED') reject(error);
      else resolve(CLOSED);
    });
    request.end();
  });
}
