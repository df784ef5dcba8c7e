import { type AuthOptions, type BasicUser, type TokenCheck } from './auth.options.js';
import { TRIAL_KEY } from './trial-request.js';

/** What a lock demands, as data that can be sent to another thread. */
export interface LockPlan {
  readonly bearer: BearerPlan | undefined;
  readonly basic: readonly BasicUser[] | undefined;
  readonly allow: readonly string[] | undefined;
  readonly trustProxy: readonly string[];
  /** Whether the connection must be authorized by a client certificate. */
  readonly clientCertificate: boolean;
  /** By which the trials of the boot are known, in any thread. */
  readonly trialKey: string;
}

export type BearerPlan =
  | { readonly from: 'options'; readonly token: string }
  | { readonly from: 'file'; readonly file: string }
  /** A function stays in the thread of the application, and is called there. */
  | { readonly from: 'function' };

/** @param auth checked options */
export function lockPlanOf(
  { bearerToken, basic, allow, trustProxy = [] }: AuthOptions,
  clientCertificate = false,
): LockPlan {
  return {
    bearer: bearerToken === undefined ? undefined : bearerPlanOf(bearerToken),
    basic: basic === undefined ? undefined : [basic].flat(),
    allow,
    trustProxy,
    clientCertificate,
    trialKey: TRIAL_KEY,
  };
}

/** The function of `bearerToken`, if it is one. */
export function tokenCheckOf({ bearerToken }: AuthOptions): TokenCheck | undefined {
  return typeof bearerToken === 'function' ? bearerToken : undefined;
}

function bearerPlanOf(bearerToken: AuthOptions['bearerToken'] & {}): BearerPlan {
  if (typeof bearerToken === 'string') return { from: 'options', token: bearerToken };
  return typeof bearerToken === 'function' ? { from: 'function' } : { from: 'file', file: bearerToken.file };
}
