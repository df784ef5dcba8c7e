import { type Credentials } from './credentials.js';
import { type Verdict } from './verification-queue.js';

/** Checks the credentials of a request. */
export interface CredentialCheck {
  /** What `WWW-Authenticate` says if they are missing or wrong. */
  readonly challenge: string;
  /**
   * @param network where the client comes from
   * @errors rejects if the check itself fails
   */
  verdict(credentials: Credentials, network: string): Promise<Verdict>;
}
