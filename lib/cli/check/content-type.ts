import { type Finding } from './finding.js';

const ACCEPTED = /^(?:text\/plain|application\/openmetrics-text)\s*(?:;|$)/i;

/** Prometheus 3 does not scrape an endpoint that says nothing, or something else, of its text. Undefined for a file. */
export function contentTypeFindings(contentType: string | undefined): readonly Finding[] {
  if (contentType === undefined || ACCEPTED.test(contentType)) return [];
  const said = contentType === '' ? 'there is no Content-Type' : `the Content-Type is ${contentType}`;
  const message = `${said}, so Prometheus 3 refuses it: expected text/plain or application/openmetrics-text`;
  return [{ level: 'error', check: 'content-type', metric: undefined, message }];
}
