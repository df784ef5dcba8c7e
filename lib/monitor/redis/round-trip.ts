import { command, databaseOf, type RedisClient } from './client.js';
import { type Increment } from './pending.js';
import { SCRIPT } from './script.js';

/** Increments that are delivered together, and exactly once. */
export interface Batch {
  /** 1, 2, 3 … in a process. */
  readonly sequence: number;
  readonly increments: readonly Increment[];
}

/** A hash that is to be read: all of it when it has no more than so many fields, and else those that are named. */
export interface Wanted {
  readonly key: string;
  readonly mostFields: number;
  /** `*w` names those of all buckets of an hour, with a `w` behind the bucket. */
  readonly named: readonly string[];
}

/** Everything that is said to Redis in one round trip. */
export interface Question {
  readonly batch: Batch | undefined;
  /** Before all keys. */
  readonly keyPrefix: string;
  readonly fenceKey: string;
  /** By which a fence is known as ours. */
  readonly nonce: string;
  /** The batch was sent before, and no answer came. */
  readonly isAgain: boolean;
  /** How long Redis remembers which batches it has. */
  readonly fenceSeconds: number;
  readonly processesKey: string;
  /** The process that reports. */
  readonly member: string;
  readonly nowMs: number;
  readonly isLeaving: boolean;
  readonly read: readonly Wanted[];
}

/**
 * Fields and values in turn; a text that says how large it is when that was too much and nothing was named; undefined
 * when enough was read before it.
 */
export type Hash = readonly string[] | string | undefined;

/** The processes that report. */
export interface SeenProcesses {
  /** Those that have reported within the last half minute, the last first. */
  readonly members: readonly { readonly member: string; readonly seenMs: number }[];
  /** How many have, how many will have in the future, and how many were too long to be processes. */
  readonly count: number;
  readonly ahead: number;
  readonly long: number;
}

/** What Redis says. */
export interface Answer {
  /** The batch is delivered, now or by an earlier attempt. */
  readonly isDelivered: boolean;
  /** Redis is there, and takes nothing: it is full, or may only be read. */
  readonly isRefused: boolean;
  /** What of it could not be added, and why the last of them could not. */
  readonly failed: readonly Increment[];
  readonly error: string | undefined;
  /**
   * Somebody else wrote to the fence, which was replaced; it was so while nobody knew whether the batch had been added,
   * which is then lost; or it says, as if it were ours, that batches were delivered that never were.
   */
  readonly fence: 'ours' | 'replaced' | 'lost' | 'ahead';
  readonly redisMs: number;
  /** How large the set of processes was, when it was removed for it. */
  readonly removed: string | undefined;
  /** Undefined when nothing was to be read. */
  readonly processes: SeenProcesses | undefined;
  /** For each that was to be read. */
  readonly hashes: readonly Hash[];
}

/** Asks once. @errors rejects with what the client rejects with, and when the answer is not one of the script's. */
export async function roundTrip(client: RedisClient, question: Question): Promise<Answer> {
  const { batch, fenceKey, processesKey, read, keyPrefix } = question;
  const written = byKey(batch?.increments ?? []);
  const keys = [fenceKey, processesKey, ...written.map(([key]) => key), ...read.map(({ key }) => key)];
  const reply = await command(client, [
    'EVAL',
    SCRIPT,
    String(keys.length),
    ...keys.map((key) => keyPrefix + key),
    databaseOf(client),
    String(batch?.sequence ?? 0),
    question.nonce,
    question.isAgain ? '1' : '0',
    String(question.fenceSeconds),
    question.member,
    question.isLeaving ? '1' : '0',
    String(written.length),
    ...written.flatMap(([, increments]) => argumentsOf(increments, question.nowMs)),
    ...read.flatMap(wantedArguments),
  ]);
  return answerOf(
    reply,
    written.flatMap(([, increments]) => increments),
    batch,
  );
}

/** In the order in which the script goes through them. */
function byKey(increments: readonly Increment[]): readonly (readonly [string, readonly Increment[]])[] {
  const keys = new Map<string, Increment[]>();
  for (const increment of increments) {
    const ofKey = keys.get(increment.key);
    if (ofKey === undefined) keys.set(increment.key, [increment]);
    else ofKey.push(increment);
  }
  return [...keys];
}

function argumentsOf(increments: readonly Increment[], nowMs: number): string[] {
  const { untilMs } = increments[0]!;
  const seconds = untilMs === undefined ? '' : String(Math.max(1, Math.ceil((untilMs - nowMs) / 1000)));
  return [seconds, String(increments.length), ...increments.flatMap(({ field, by }) => [field, String(by)])];
}

function wantedArguments({ mostFields, named }: Wanted): string[] {
  return [String(mostFields), String(named.length), ...named];
}

function answerOf(reply: unknown, sent: readonly Increment[], batch: Batch | undefined): Answer {
  const [last, failed, refusal, spoilt, time, removed, processes, hashes] = Array.isArray(reply)
    ? (reply as unknown[])
    : [];
  const redisMs = Array.isArray(time) ? Number(time[0]) * 1000 + Number(time[1]) / 1000 : NaN;
  if (!Number.isFinite(redisMs) || !Array.isArray(processes) || !Array.isArray(hashes)) {
    throw new TypeError('Expected the answer of the script from Redis, got something else.');
  }
  const delivered = Number(last);
  const isDelivered = delivered === batch?.sequence;
  return {
    isDelivered,
    isRefused: batch !== undefined && !isDelivered,
    failed: isDelivered ? failedOf(String(failed), sent) : [],
    error: textOrNothing(refusal),
    fence: batch !== undefined && delivered > batch.sequence ? 'ahead' : fenceOf(String(spoilt)),
    redisMs,
    removed: textOrNothing(removed),
    processes: processes.length === 0 ? undefined : processesOf(processes),
    hashes: hashes.map(hashOf),
  };
}

/** By their indices, each once. */
function failedOf(indices: string, sent: readonly Increment[]): readonly Increment[] {
  const failed = new Set(indices.split(',').map((index) => (index === '' ? undefined : sent[Number(index)])));
  failed.delete(undefined);
  return [...failed] as Increment[];
}

function hashOf(hash: unknown): Hash {
  if (Array.isArray(hash)) return hash.map(String);
  return String(hash) === '0' ? undefined : String(hash);
}

function textOrNothing(text: unknown): string | undefined {
  return String(text) === '' ? undefined : String(text);
}

function fenceOf(spoilt: string): Answer['fence'] {
  return spoilt === 'replaced' || spoilt === 'lost' ? spoilt : 'ours';
}

function processesOf([found, count, ahead, long]: readonly unknown[]): SeenProcesses {
  const members = pairs(Array.isArray(found) ? found : []);
  return {
    members: members.map(([member, seen]) => ({ member, seenMs: Number(seen) * 1000 })),
    count: Number(count),
    ahead: Number(ahead),
    long: Number(long),
  };
}

function pairs(flat: readonly unknown[]): [string, string][] {
  return Array.from({ length: flat.length / 2 }, (_, i) => [String(flat[2 * i]), String(flat[2 * i + 1])]);
}
