import { readFileSync, statSync } from 'node:fs';
import { type Server } from 'node:https';
import { setInterval } from 'node:timers';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { type TlsOptions } from '../server.options.js';

const LOOK_EVERY_MS = 5000;

/** The certificate files of the own port. */
export class TlsFiles {
  private seen: string;

  constructor(private readonly options: TlsOptions) {
    this.seen = this.signature();
  }

  /** @errors throws when a file cannot be read, or key and certificate do not belong together */
  read(): SecureContextOptions {
    const { cert, key, ca } = this.options;
    const context = { cert: readPem(cert, 'cert'), key: readPem(key, 'key'), ...(ca && { ca: readPem(ca, 'ca') }) };
    try {
      createSecureContext(context);
    } catch (error) {
      throw new TypeError(`Expected \`server.tls\` to be a certificate and its key, got files that Node refuses`, {
        cause: error,
      });
    }
    return context;
  }

  /**
   * Gives the server the new files whenever they change. Files that are wrong, such as a certificate whose key is not
   * there yet, change nothing but the log.
   */
  follow(server: Server, onError: (error: unknown) => void): NodeJS.Timeout {
    return setInterval(() => {
      const signature = this.signature();
      if (signature === this.seen) return;
      this.seen = signature;
      try {
        server.setSecureContext(this.read());
      } catch (error) {
        onError(error);
      }
    }, LOOK_EVERY_MS);
  }

  /** Changes when one of the files does. */
  private signature(): string {
    const { cert, key, ca } = this.options;
    return [cert, key, ca].map((file) => (file === undefined ? '' : changeOf(file))).join(' ');
  }
}

function changeOf(file: string): string {
  const found = statSync(file, { throwIfNoEntry: false });
  return found === undefined ? 'missing' : `${found.ino}:${found.size}:${found.mtimeMs}`;
}

function readPem(file: string, option: keyof TlsOptions): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new TypeError(`Expected \`server.tls.${option}\` to be a file that can be read, got ${file}`, {
      cause: error,
    });
  }
}
