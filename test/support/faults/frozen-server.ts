import { readFileSync } from 'node:fs';

/**
 * Stops every process of a database server without ending any: its port accepts connections, which is the kernel's
 * doing, and never answers. Gives the way back, without which the server cannot be stopped.
 */
export function freeze(pidFile: string): () => void {
  const main = Number.parseInt(readFileSync(pidFile, 'utf8'), 10);
  process.kill(main, 'SIGSTOP');
  // Whom it has forked before; from now on it forks nobody.
  const children = readFileSync(`/proc/${main}/task/${main}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  const stopped = [main, ...children.filter((child) => signal(child, 'SIGSTOP'))];
  return () => {
    for (const pid of stopped.splice(0)) signal(pid, 'SIGCONT');
  };
}

/** False for a process that has just ended, such as that of a connection that was closed. */
function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}
