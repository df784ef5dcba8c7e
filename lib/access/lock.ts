import { type IncomingMessage } from 'node:http';
import { type TLSSocket } from 'node:tls';
import { type Address, AddressRanges, networkOf } from './address-ranges.js';
import { type AuthOptions } from './auth.options.js';
import { BasicCheck } from './basic-check.js';
import { askedFrom, BearerCheck, equalTo, equalToFile } from './bearer-check.js';
import { clientAddress } from './client-address.js';
import { type CredentialCheck } from './credential-check.js';
import { credentialsOf } from './credentials.js';
import { type LockPlan, lockPlanOf, tokenCheckOf } from './lock-plan.js';
import { TokenFileReader } from './token-file-reader.js';
import { isTrial } from './trial-request.js';

/** What a request gets that is not let in. It says nothing about the reason. */
export interface LockRefusal {
  readonly status: 401 | 403 | 503;
  readonly text: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface LockParts {
  /** Asks the function of `auth.bearerToken`, which can be in another thread. */
  readonly askToken?: ((token: string) => unknown) | undefined;
  /** Is told of each check that failed: an unusable token file, a function that threw or was late. */
  readonly failed: (error: unknown) => void;
}

const FORBIDDEN: LockRefusal = { status: 403, text: 'Forbidden.', headers: {} };
const BUSY: LockRefusal = { status: 503, text: 'Too many requests at once.', headers: { 'Retry-After': '1' } };

/** Decides which requests are answered. Everything that it demands must hold; if it cannot decide, it refuses. */
export class Lock {
  /** The lock in the thread of the application. */
  static of(auth: AuthOptions, failed: LockParts['failed']): Lock {
    return new Lock(lockPlanOf(auth), { askToken: tokenCheckOf(auth), failed });
  }

  private readonly allowed: AddressRanges | undefined;
  private readonly proxies: AddressRanges;
  private readonly file: TokenFileReader | undefined;
  private readonly credentials: CredentialCheck | undefined;

  constructor(
    private readonly plan: LockPlan,
    private readonly parts: LockParts,
  ) {
    const { allow, trustProxy, bearer } = plan;
    this.allowed = allow && new AddressRanges(allow);
    this.proxies = new AddressRanges(trustProxy);
    this.file = bearer?.from === 'file' ? new TokenFileReader(bearer.file) : undefined;
    this.credentials = this.credentialCheck();
  }

  /** Never rejects. The client may have left when it resolves. */
  async check(request: IncomingMessage): Promise<LockRefusal | undefined> {
    try {
      return await this.refusalOf(request);
    } catch (error) {
      this.parts.failed(error);
      return this.refused();
    }
  }

  /** Tells at boot of a token file that cannot be used. Never rejects. */
  async checkFile(): Promise<void> {
    try {
      await this.file?.token();
    } catch (error) {
      this.parts.failed(error);
    }
  }

  /** Whether the boot tries this lock. */
  isTrial(request: IncomingMessage): boolean {
    return isTrial(request, this.plan.trialKey);
  }

  private async refusalOf(request: IncomingMessage): Promise<LockRefusal | undefined> {
    const address = this.addressOf(request);
    if (this.allowed !== undefined && !(address !== undefined && this.allowed.includes(address))) return FORBIDDEN;
    if (this.plan.clientCertificate && !hasCertificate(request)) return FORBIDDEN;
    if (this.credentials === undefined) return undefined;
    const credentials = credentialsOf(request);
    if (credentials === undefined) return this.refused();
    const network = address === undefined ? '' : networkOf(address);
    const verdict = await this.credentials.verdict(credentials, network);
    if (verdict === 'right') return undefined;
    return verdict === 'busy' ? BUSY : this.refused();
  }

  /** The boot tries the lock from an address that is not allowed. */
  private addressOf(request: IncomingMessage): Address | undefined {
    if (this.isTrial(request)) return this.allowed?.lowestOutside(32);
    return clientAddress(request, this.proxies);
  }

  private refused(): LockRefusal {
    if (this.credentials === undefined) return FORBIDDEN;
    return { status: 401, text: 'Unauthorized.', headers: { 'WWW-Authenticate': this.credentials.challenge } };
  }

  private credentialCheck(): CredentialCheck | undefined {
    const { bearer, basic } = this.plan;
    if (basic !== undefined) return new BasicCheck(basic);
    if (bearer === undefined) return undefined;
    if (bearer.from === 'options') return new BearerCheck(equalTo(bearer.token));
    if (this.file !== undefined) return new BearerCheck(equalToFile(this.file));
    return new BearerCheck(askedFrom(this.parts.askToken ?? noFunction));
  }
}

/** Node takes a TLS 1.3 session that is resumed for authorized, also if it was made without a certificate. */
function hasCertificate({ socket }: IncomingMessage): boolean {
  const { authorized, getPeerX509Certificate } = (socket as Partial<TLSSocket> | null | undefined) ?? {};
  return authorized === true && getPeerX509Certificate?.call(socket) !== undefined;
}

function noFunction(): never {
  throw new Error('There is no function to ask about a token.');
}
