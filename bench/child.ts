import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The commands of a child process. Answers are sent over IPC, so they are plain data. */
export type Commands = Readonly<Record<string, () => unknown>>;

/** A child process that answers the commands `C`. */
export interface Child<C extends Commands> {
  ask<Name extends keyof C & string>(command: Name): Promise<Awaited<ReturnType<C[Name]>>>;
  stop(): Promise<void>;
}

/** No command takes longer. The bench fails if a child hangs, instead of waiting forever. */
const ANSWER_TIMEOUT_MS = 120_000;

/** Every child has the same environment. */
const ENVIRONMENT = { ...process.env, NODE_ENV: 'production' };

export interface ChildOptions {
  readonly args: readonly string[];
  /** Flags of Node. Processes that are compared with each other need the same flags. */
  readonly flags: readonly string[];
}

/** Starts `children/<entry>.js` and waits until it is ready. */
export async function startChild<C extends Commands>(entry: string, { args, flags }: ChildOptions): Promise<Child<C>> {
  const path = fileURLToPath(new URL(`./children/${entry}.js`, import.meta.url));
  const child = fork(path, args, {
    execArgv: [...flags],
    env: ENVIRONMENT,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  await nextMessage(child);
  return {
    ask: async <Name extends keyof C & string>(command: Name): Promise<Awaited<ReturnType<C[Name]>>> => {
      const reply = nextMessage(child);
      child.send(command);
      return (await reply) as Awaited<ReturnType<C[Name]>>;
    },
    stop: () => stop(child),
  };
}

/** Called in a child when it is ready. Answers the parent's commands, and exits when the parent disconnects. */
export function answer(commands: Commands): void {
  process.on('message', (command: string) => {
    void Promise.resolve(commands[command]?.()).then((reply) => process.send?.(reply ?? null));
  });
  process.on('disconnect', () => process.exit());
  process.send?.('ready');
}

function nextMessage(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const failed = (reason: string) => {
      child.kill();
      done();
      reject(new Error(`The child process ${child.spawnargs.slice(2).join(' ')} ${reason}.`));
    };
    const exited = () => failed('ended early');
    const answered = (message: unknown) => {
      done();
      resolve(message);
    };
    const timeout = setTimeout(() => failed(`gave no answer in ${ANSWER_TIMEOUT_MS / 1000} s`), ANSWER_TIMEOUT_MS);
    const done = () => {
      clearTimeout(timeout);
      child.off('message', answered).off('exit', exited);
    };
    child.once('message', answered).once('exit', exited);
  });
}

/** Also called for a child that has already exited: the error that reports this must not be hidden by another one. */
function stop(child: ChildProcess): Promise<void> {
  if (!child.connected) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.disconnect();
  });
}
