const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;
const remaining = new Set<() => void>();
let hearsSignals = true;

/**
 * Runs a synchronous clean-up when this process ends, unless the returned function is called before.
 * Vitest ends its workers with SIGTERM, which leaves no `exit` event behind, so signals are heard too.
 */
export function onProcessEnd(cleanUp: () => void): () => void {
  if (remaining.size === 0) listen();
  remaining.add(cleanUp);
  return () => {
    remaining.delete(cleanUp);
    if (remaining.size === 0) stopListening();
  };
}

/** For a program that hears the signals itself, to stop everything in order: it is cleaned up on `exit` only. */
export function cleanUpOnExitOnly(): void {
  stopListening();
  hearsSignals = false;
  if (remaining.size > 0) listen();
}

function listen(): void {
  process.on('exit', cleanUpAll);
  if (!hearsSignals) return;
  for (const signal of SIGNALS) process.on(signal, endBySignal);
}

function stopListening(): void {
  process.off('exit', cleanUpAll);
  for (const signal of SIGNALS) process.off(signal, endBySignal);
}

function cleanUpAll(): void {
  for (const cleanUp of remaining) cleanUp();
  remaining.clear();
}

/** Having cleaned up, ends as the process would have ended without us. */
function endBySignal(signal: NodeJS.Signals): void {
  cleanUpAll();
  stopListening();
  process.kill(process.pid, signal);
}
