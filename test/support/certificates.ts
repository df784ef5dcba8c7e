import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onProcessEnd } from './on-process-end.js';

const NEW = 'req -x509 -days 2 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes';
const OF_SERVER = '-addext subjectAltName=DNS:localhost,IP:127.0.0.1 -addext basicConstraints=critical,CA:FALSE';

/** The files of a certificate and its key. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** Certificates of the moment, as files in a folder that is removed with the process. */
export class Certificates {
  readonly folder = mkdtempSync(join(tmpdir(), 'certificates-'));

  constructor() {
    onProcessEnd(() => rmSync(this.folder, { recursive: true, force: true }));
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** A certificate that signs itself. */
  selfSigned(name: string): Certificate {
    return makeCertificate(this.folder, name);
  }
}

/**
 * Makes a certificate authority in a folder, and certificates that it has signed: `<ca>.crt`, and for each name
 * `<name>.crt` and `<name>.key`. They are valid for localhost and 127.0.0.1.
 */
export function makeCertificates(folder: string, ca: string, names: readonly string[]): void {
  const authority = makeCertificate(folder, ca);
  for (const name of names) makeCertificate(folder, name, `-CA ${authority.cert} -CAkey ${authority.key} ${OF_SERVER}`);
}

function makeCertificate(folder: string, name: string, signed = ''): Certificate {
  const [cert, key] = [join(folder, `${name}.crt`), join(folder, `${name}.key`)];
  const command = `${NEW} -subj /CN=${name} -keyout ${key} -out ${cert} ${signed}`;
  execFileSync('openssl', command.trim().split(' '), { stdio: 'pipe' });
  return { cert, key };
}
