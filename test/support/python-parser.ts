import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { type Readable, type Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { type ExpositionFormat, type Labels } from './exposition.js';

const SCRIPT = fileURLToPath(new URL('./python_parsers.py', import.meta.url));

export interface PythonFamily {
  /** prometheus_client names a counter without `_total`, in both formats. */
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly unit: string;
  readonly samples: readonly { readonly name: string; readonly labels: Labels; readonly value: number }[];
}

type Answer = { readonly id: number } & ({ readonly families: readonly WireFamily[] } | { readonly fault: string });
type WireSample = { readonly name: string; readonly labels: Labels; readonly value: string };
type WireFamily = Omit<PythonFamily, 'samples'> & { readonly samples: readonly WireSample[] };

interface Waiting {
  readonly resolve: (families: readonly PythonFamily[]) => void;
  readonly reject: (reason: Error) => void;
}

/**
 * A second opinion on expositions: the parsers of Prometheus' Python client, in a Python that stays up between calls.
 * The one for OpenMetrics is strict; the one for the text format forgives much, so it says what a text means, not
 * whether it is sound.
 */
export class PythonParser {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;

  constructor() {
    this.#child = spawn('/usr/bin/python3', [SCRIPT], { stdio: ['pipe', 'pipe', 'inherit'] });
    createInterface({ input: this.#child.stdout }).on('line', (line) => this.#settle(JSON.parse(line)));
    // What a failing write means is told to the caller of parse(); unheard, the event would end the process.
    this.#child.stdin.on('error', () => undefined);
    this.#child.on('error', (error) => this.#rejectAll(error));
    this.#child.on('exit', () => this.#rejectAll(new Error('The Python parser ended')));
  }

  /** What the exposition says; rejects with the parser's own words if it takes it for malformed. */
  parse(exposition: string, format: ExpositionFormat): Promise<readonly PythonFamily[]> {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#child.stdin.write(`${JSON.stringify({ id, format, exposition })}\n`, (error) => {
        if (error) reject(new Error('The Python parser ended', { cause: error }));
      });
    });
  }

  async dispose(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exit = once(this.#child, 'exit');
    this.#child.kill();
    await exit;
  }

  #settle(answer: Answer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if ('fault' in answer) waiting?.reject(new Error(answer.fault));
    else waiting?.resolve(answer.families.map(withNumbers));
  }

  #rejectAll(reason: Error): void {
    for (const { reject } of this.#waiting.values()) reject(reason);
    this.#waiting.clear();
  }
}

function withNumbers(family: WireFamily): PythonFamily {
  return { ...family, samples: family.samples.map((sample) => ({ ...sample, value: numberOf(sample.value) })) };
}

/** From Python's spelling: `inf`, `-inf`, `nan`. */
function numberOf(text: string): number {
  return Number(text.replace('inf', 'Infinity'));
}
