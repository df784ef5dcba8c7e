import { randomBytes, scryptSync } from 'node:crypto';

/** A password hash for `auth.basic` with the least work that is accepted, so that tests can verify many passwords. */
export function cheapPasswordHash(password: string): string {
  const salt = randomBytes(16);
  const key = scryptSync(password, salt, 32, { N: 1024, r: 8, p: 1 });
  return `$scrypt$ln=10,r=8,p=1$${unpadded(salt)}$${unpadded(key)}`;
}

export function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('=', '');
}
