import { type ScrapeQuestion } from '../exposition-source.js';

/** Where the metrics are pushed to, and how. */
export interface Receiver {
  /** In which format it takes them. */
  readonly format: Pick<ScrapeQuestion, 'accept' | 'format'>;
  readonly method: 'PUT' | 'POST';
  /** Without credentials. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The body of a request. */
  body(pieces: readonly Uint8Array[]): readonly Uint8Array[];
  /** What an answer of success says that it did not take; undefined if it took everything. Missing if it never says so. */
  readonly refusedIn?: (answer: string) => string | undefined;
}

/** How it is called in the log: its address without credentials and query, which may have a token. */
export function shownReceiver({ url }: Pick<Receiver, 'url'>): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}

/** The header for the user and the password of an address; none without them. */
export function basicHeader({ username, password }: URL): Readonly<Record<string, string>> {
  if (username === '' && password === '') return {};
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` };
}
