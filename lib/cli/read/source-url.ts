import { CommandFault } from '../command-fault.js';

/** The URL of an endpoint; undefined for anything else. Without a path it is that of `/metrics`. */
export function urlOf(source: string): URL | undefined {
  if (!/^https?:\/\//i.test(source)) return undefined;
  if (!URL.canParse(source))
    throw new CommandFault(`Expected a URL such as http://localhost:3000/metrics, got ${withoutCredentials(source)}.`);
  const url = new URL(source);
  if (url.pathname === '/' && url.search === '') url.pathname = '/metrics';
  return url;
}

/** A URL without the credentials in it. */
export function shownUrl(url: URL): string {
  const shown = new URL(url);
  shown.username = '';
  shown.password = '';
  return shown.href;
}

/** The same for text that may be no URL: `user:password@host` is shown as `host`. */
export function withoutCredentials(source: string): string {
  return source.replace(/^((?:[a-z]+:)?\/\/)?[^\s@]*:.*@/i, '$1');
}
