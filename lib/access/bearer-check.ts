import { type CredentialCheck } from './credential-check.js';
import { type Credentials } from './credentials.js';
import { within } from './deadline.js';
import { hasHash, keyedHash } from './keyed-hash.js';
import { type TokenFileReader } from './token-file-reader.js';
import { type Verdict } from './verification-queue.js';

/** Decides whether a token is right. */
type TokenDecision = (token: string) => Promise<Verdict>;

/** How long a function may take, and how many of its calls may be under way. */
const DEADLINE_SECONDS = 5;
const MAX_CALLS = 32;

/** Checks bearer tokens. */
export class BearerCheck implements CredentialCheck {
  readonly challenge = 'Bearer realm="metrics"';

  constructor(private readonly decide: TokenDecision) {}

  async verdict(credentials: Credentials): Promise<Verdict> {
    return credentials.scheme === 'bearer' ? this.decide(credentials.token) : 'wrong';
  }
}

export function equalTo(expected: string): TokenDecision {
  const hash = keyedHash(expected);
  return (token) => Promise.resolve(hasHash(token, hash) ? 'right' : 'wrong');
}

export function equalToFile(file: TokenFileReader): TokenDecision {
  return async (token) => (hasHash(token, keyedHash(await file.token())) ? 'right' : 'wrong');
}

/** Calls a function of the application. Only `true` is a yes. */
export function askedFrom(ask: (token: string) => unknown): TokenDecision {
  let calls = 0;
  return async (token) => {
    if (calls >= MAX_CALLS) return 'busy';
    calls += 1;
    try {
      return (await within(DEADLINE_SECONDS, answerOf(ask, token), tooLate)) === true ? 'right' : 'wrong';
    } finally {
      calls -= 1;
    }
  };
}

/** A function that throws rejects. */
async function answerOf(ask: (token: string) => unknown, token: string): Promise<unknown> {
  return ask(token);
}

function tooLate(): Error {
  return new Error(
    `The function of \`auth.bearerToken\` did not answer within ${DEADLINE_SECONDS} s: the request is refused.`,
  );
}
