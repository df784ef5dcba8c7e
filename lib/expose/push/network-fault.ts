/** Why a request had no answer, as the end of a sentence about the receiver. */
export function networkFault(error: unknown): string {
  const cause = innermost(error);
  if (isNamed(cause, 'TimeoutError')) return 'it did not answer in time';
  if (isNamed(cause, 'AbortError')) return 'the push was given up';
  return `it could not be reached: ${textOf(cause)}`;
}

/** An aborted request has the reason as its cause. Several addresses of one host have an error each; the first one is enough. */
function innermost(error: unknown): unknown {
  if (error instanceof AggregateError && error.errors.length > 0) return innermost(error.errors[0]);
  return error instanceof Error && error.cause !== undefined ? innermost(error.cause) : error;
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}

function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as { readonly code?: unknown };
  const hasCode = typeof code === 'string' && !error.message.includes(code);
  return hasCode ? `${error.message} (${code})` : error.message;
}
