import { type BasicUser } from './auth.options.js';
import { type Credentials } from './credentials.js';
import { hasHash, keyedHash } from './keyed-hash.js';
import { isPassword, parsePasswordHash, type PasswordHash } from './password-hash.js';
import { type CredentialCheck } from './credential-check.js';
import { type Verdict, VerificationQueue } from './verification-queue.js';

interface KnownUser {
  readonly name: Buffer;
  readonly hash: PasswordHash;
  /** The keyed hash of the right password, once it was verified. */
  rightPassword: Buffer | undefined;
}

/** Verifies users and passwords. A password that was right before is compared without scrypt. */
export class BasicCheck implements CredentialCheck {
  readonly challenge = 'Basic realm="metrics", charset="UTF-8"';
  private readonly queue = new VerificationQueue();
  private readonly users: readonly KnownUser[];
  /** By keyed hash: requests with the same credentials share one verification. */
  private readonly underWay = new Map<string, Promise<Verdict>>();

  constructor(users: readonly BasicUser[]) {
    this.users = users.map(knownUser);
  }

  async verdict(credentials: Credentials, network: string): Promise<Verdict> {
    if (credentials.scheme !== 'basic') return 'wrong';
    const { user, password } = credentials;
    const known = this.users.find(({ name }) => hasHash(user, name));
    if (known?.rightPassword !== undefined && hasHash(password, known.rightPassword)) return 'right';
    return this.shared(sharedKey(user, password), network, () => this.verify(known, password));
  }

  private async shared(key: string, network: string, verify: () => Promise<boolean>): Promise<Verdict> {
    const underWay = this.underWay.get(key);
    if (underWay !== undefined) return underWay;
    const verdict = this.queue.add(network, verify);
    this.underWay.set(key, verdict);
    try {
      return await verdict;
    } finally {
      this.underWay.delete(key);
    }
  }

  private async verify(known: KnownUser | undefined, password: Buffer): Promise<boolean> {
    // For a user that does not exist as well, so that the time does not tell who exists.
    const isRight = await isPassword(password, (known ?? this.users[0]!).hash);
    if (known === undefined || !isRight) return false;
    known.rightPassword = keyedHash(password);
    return true;
  }
}

/** A user contains no colon, so the two cannot be confused with another pair. */
function sharedKey(user: Buffer, password: Buffer): string {
  return keyedHash(Buffer.concat([user, Buffer.from(':'), password])).toString('base64');
}

/** @errors throws for a hash that {@link parsePasswordHash} refuses */
function knownUser({ user, hash }: BasicUser): KnownUser {
  const parsed = parsePasswordHash(hash);
  if (parsed === undefined) throw new TypeError(`Expected a password hash for the user ${user}.`);
  return { name: keyedHash(user), hash: parsed, rightPassword: undefined };
}
