import { execFileSync } from 'node:child_process';

const NEW = 'req -x509 -days 2 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes';
const OF_SERVER = '-addext subjectAltName=DNS:localhost,IP:127.0.0.1 -addext basicConstraints=critical,CA:FALSE';

/**
 * Makes a certificate authority in a folder, and certificates that it has signed: `<ca>.crt`, and for each name
 * `<name>.crt` and `<name>.key`. They are valid for localhost and 127.0.0.1.
 */
export function makeCertificates(folder: string, ca: string, names: readonly string[]): void {
  const openssl = (command: string) => execFileSync('openssl', command.split(' '), { cwd: folder, stdio: 'pipe' });
  openssl(`${NEW} -keyout ${ca}.key -out ${ca}.crt -subj /CN=${ca}`);
  for (const name of names) {
    openssl(
      `${NEW} -keyout ${name}.key -out ${name}.crt -subj /CN=${name} -CA ${ca}.crt -CAkey ${ca}.key ${OF_SERVER}`,
    );
  }
}
