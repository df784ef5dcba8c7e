import { randomBytes, scrypt, type ScryptOptions, timingSafeEqual } from 'node:crypto';

/** The parts of `$scrypt$ln=14,r=8,p=5$salt$key`, the format of PHC and passlib: base64 without padding. */
export interface PasswordHash {
  /** The exponent of scrypt's N. */
  readonly ln: number;
  readonly r: number;
  readonly p: number;
  readonly salt: Buffer;
  readonly key: Buffer;
}

const FORMAT = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z\d+/]{11,86})\$([A-Za-z\d+/]{22,86})$/;

/** OWASP's recommendation with the least memory: 16 MiB, some 0.2 s. */
const RECOMMENDED = { ln: 14, r: 8, p: 5 };
const SALT_BYTES = 16;
const KEY_BYTES = 32;
const MAX_PASSWORD_BYTES = 1024;

/** Below this, a hash is too cheap to guess; above these, it costs the application too much. */
const MIN_LN = 10;
const MAX_MEMORY = 64 * 1024 * 1024;
const MAX_WORK = 4 * MAX_MEMORY;

/**
 * Hashes a password for `auth.basic`, with scrypt and a random salt. Each call has a different result.
 *
 * @errors rejects for an empty password, and for one of more than 1,024 bytes
 */
export async function hashPassword(password: string): Promise<string> {
  const bytes = Buffer.from(password);
  if (bytes.length === 0 || bytes.length > MAX_PASSWORD_BYTES) {
    throw new TypeError(`Expected a password of 1 to ${MAX_PASSWORD_BYTES} bytes, got ${bytes.length}.`);
  }
  const salt = randomBytes(SALT_BYTES);
  const key = await derive(bytes, { ...RECOMMENDED, salt }, KEY_BYTES);
  const { ln, r, p } = RECOMMENDED;
  return `$scrypt$ln=${ln},r=${r},p=${p}$${unpadded(salt)}$${unpadded(key)}`;
}

/** Undefined for another format, and for parameters that are too weak or too expensive. */
export function parsePasswordHash(text: string): PasswordHash | undefined {
  const [, ln, r, p, salt = '', key = ''] = FORMAT.exec(text) ?? [];
  const hash = {
    ln: Number(ln),
    r: Number(r),
    p: Number(p),
    salt: Buffer.from(salt, 'base64'),
    key: Buffer.from(key, 'base64'),
  };
  return isWithinBounds(hash) ? hash : undefined;
}

/** Takes as long as the parameters demand, in a thread of Node's pool. */
export async function isPassword(password: Uint8Array, hash: PasswordHash): Promise<boolean> {
  return timingSafeEqual(await derive(password, hash, hash.key.length), hash.key);
}

function isWithinBounds({ ln, r, p }: PasswordHash): boolean {
  const memory = memoryOf({ ln, r });
  return ln >= MIN_LN && r >= 1 && p >= 1 && memory <= MAX_MEMORY && memory * p <= MAX_WORK;
}

function memoryOf({ ln, r }: Pick<PasswordHash, 'ln' | 'r'>): number {
  return 128 * 2 ** ln * r;
}

function derive(password: Uint8Array, { ln, r, p, salt }: Omit<PasswordHash, 'key'>, bytes: number): Promise<Buffer> {
  // OpenSSL needs a little more than the memory of the parameters.
  const options: ScryptOptions = { N: 2 ** ln, r, p, maxmem: 2 * memoryOf({ ln, r }) + 1024 * 1024 };
  return new Promise((resolve, reject) => {
    scrypt(password, salt, bytes, options, (error, key) => (error === null ? resolve(key) : reject(error)));
  });
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
