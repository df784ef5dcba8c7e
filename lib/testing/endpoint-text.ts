import { TEXT } from '../expose/formats/text.js';

const TIMEOUT_MS = 10_000;

/** What an endpoint answers, asked as an old Prometheus would. */
export async function endpointText(url: string): Promise<string> {
  const response = await fetch(url, {
    headers: { accept: TEXT.contentType },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch((cause: unknown) => {
    throw new Error(`Expected metrics from ${url}, got no answer: ${reasonOf(cause)}`, { cause });
  });
  const text = await response.text();
  if (response.status === 200) return text;
  throw new Error(`Expected metrics from ${url}, got ${response.status}: ${text.slice(0, 200)}`);
}

/** `fetch` itself only says that it failed. */
function reasonOf(error: unknown): string {
  const { cause } = error as { readonly cause?: unknown };
  return String(cause ?? error);
}
