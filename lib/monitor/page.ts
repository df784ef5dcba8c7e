import { createHash } from 'node:crypto';
import { PAGE_FILES } from './page-files.js';

/** What a browser may do on the page: show what comes from here and nothing else. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const TYPES = {
  'page.html': 'text/html; charset=utf-8',
  'page.js': 'text/javascript; charset=utf-8',
  'page.css': 'text/css; charset=utf-8',
} as const;

export type PageFileName = keyof typeof TYPES;

export interface PageFile {
  readonly body: string;
  readonly etag: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The files of the page by their names, for a monitor at `path`. */
export function pageFiles(path: string): Readonly<Record<PageFileName, PageFile>> {
  // Relative to where the page is, whatever a proxy has put before it.
  const base = path.slice(path.lastIndexOf('/') + 1);
  return {
    'page.html': fileOf('page.html', PAGE_FILES['page.html'].replaceAll('%BASE%', base)),
    'page.js': fileOf('page.js', PAGE_FILES['page.js']),
    'page.css': fileOf('page.css', PAGE_FILES['page.css']),
  };
}

function fileOf(name: PageFileName, body: string): PageFile {
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 20)}"`;
  return {
    body,
    etag,
    headers: {
      'Content-Type': TYPES[name],
      'Content-Security-Policy': POLICY,
      'X-Content-Type-Options': 'nosniff',
      'X-Frame-Options': 'DENY',
      'Referrer-Policy': 'no-referrer',
      'Cache-Control': 'no-cache',
      ETag: etag,
    },
  };
}
