type Fault = 'unhandledRejection' | 'uncaughtException';

/** Everything of that kind that nobody handles while `act` runs, in place of the test runner, which would fail. */
export async function unhandledDuring(fault: Fault, act: (seen: readonly unknown[]) => Promise<void>): Promise<void> {
  // The overloads of process know each event apart.
  const events = process as NodeJS.EventEmitter;
  const others = events.listeners(fault) as ((...told: unknown[]) => void)[];
  const seen: unknown[] = [];
  const note = (error: unknown) => void seen.push(error);
  for (const other of others) events.off(fault, other);
  events.on(fault, note);
  try {
    await act(seen);
  } finally {
    events.off(fault, note);
    for (const other of others) events.on(fault, other);
  }
}
