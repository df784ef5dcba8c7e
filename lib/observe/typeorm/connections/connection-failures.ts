/**
 * The errors that getting a connection gave, by identity: on their way to the application the same object passes the
 * pool, the statement that wanted the connection and `initialize()`, and it is one failure.
 */
const failures = new WeakSet<object>();

/** Whether this is the first that is heard of the failure. */
export function noteConnectionFailure(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return true;
  if (failures.has(error)) return false;
  failures.add(error);
  return true;
}

export function isConnectionFailure(error: unknown): boolean {
  return typeof error === 'object' && error !== null && failures.has(error);
}
