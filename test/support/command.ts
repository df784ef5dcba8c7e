import { main } from '../../lib/cli/main.js';
import { type ExitStatus } from '../../lib/cli/exit-status.js';

export interface CommandInput {
  readonly stdin?: string | Uint8Array;
  /** The width of a screen; without it the output is piped. */
  readonly columns?: number;
  readonly hasColours?: boolean;
  readonly stop?: AbortSignal;
  /** Called for each piece of output, as it comes. */
  readonly onPrint?: (text: string) => void;
}

export interface CommandResult {
  readonly status: ExitStatus;
  readonly out: string;
  readonly err: string;
}

/** Runs the command line in this process: `runCommand(['check', url])`. */
export async function runCommand(args: readonly string[], input: CommandInput = {}): Promise<CommandResult> {
  const { stdin = '', columns, hasColours = false, stop = new AbortController().signal, onPrint } = input;
  let out = '';
  let err = '';
  const status = await main(args, {
    stdin: chunksOf(Buffer.from(stdin)),
    print: (text) => {
      out += text;
      onPrint?.(text);
    },
    note: (text) => {
      err += text;
    },
    columns,
    hasColours,
    stop,
  });
  return { status, out, err };
}

async function* chunksOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
