import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** Of this process only, so that nobody outside can compute a hash. */
const KEY = randomBytes(32);

/** A hash that says nothing about the secret to those who do not know the key. All hashes are of the same length. */
export function keyedHash(secret: string | Uint8Array): Buffer {
  return createHmac('sha256', KEY).update(secret).digest();
}

/** Whether two secrets are equal. The time that it takes depends on neither. */
export function hasHash(secret: string | Uint8Array, hash: Buffer): boolean {
  return timingSafeEqual(keyedHash(secret), hash);
}
