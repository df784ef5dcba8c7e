import { type ProcessState } from '../state.js';
import { MOST_PROCESSES } from './bounds.js';
import { type SeenProcesses } from './round-trip.js';
import { PROCESSES_KEY } from './layout.js';
import { type Refusals } from './refusals.js';

/** The processes that report, each once. Redis is shared: other programs may have written anything there. */
export function readProcesses(
  { members, count, ahead, long }: SeenProcesses,
  refusals: Refusals,
): readonly ProcessState[] {
  const processes = new Map<string, ProcessState>();
  let odd = long;
  for (const { member, seenMs } of members) {
    const process = processOf(member, seenMs);
    if (process === undefined) odd += 1;
    else if (!processes.has(process.id)) processes.set(process.id, process);
  }
  if (odd > 0) refusals.add('members', PROCESSES_KEY);
  if (count > MOST_PROCESSES) refusals.add('many', PROCESSES_KEY, String(count));
  if (ahead > 0) refusals.add('ahead', PROCESSES_KEY, String(ahead));
  return [...processes.values()];
}

function processOf(member: string, seenMs: number): ProcessState | undefined {
  try {
    const [id, host, pid, startedAt] = JSON.parse(member) as unknown[];
    if (typeof id !== 'string' || typeof host !== 'string' || !Number.isSafeInteger(pid)) return undefined;
    const [started, lastSeen] = [new Date(String(startedAt)), new Date(seenMs)].map((time) => time.toISOString());
    return { id, host, pid: Number(pid), startedAt: started!, lastSeenAt: lastSeen! };
  } catch {
    return undefined;
  }
}
