import { errorMonitor, type EventEmitter } from 'node:events';
import { type AnyMethod } from '../../../host/any-method.js';
import { type StandIns } from '../../../host/stand-ins.js';
import { followResult } from '../../../host/follow-result.js';
import { controlsTransactionsByCalls } from '../connections/driver-family.js';
import { type ObservedDataSource, observedOfRunner } from './observed.js';
import { type ObservedStatement } from '../statements/observed-statement.js';
import { type Streams } from '../statements/streams.js';
import { type QueryRunnerLike } from '../typeorm-types.js';

/**
 * Puts our stand-ins into a class of query runners. They return what the original returns and throw the very error it
 * throws; for a runner that nobody observes they only pass on.
 */
export function hookQueryRunner(prototype: object, type: string, standIns: StandIns): void {
  standIns.put(prototype, 'query', (original) => observedQuery(prototype, original));
  standIns.put(prototype, 'stream', (original) => observedStream(prototype, original));
  standIns.put(prototype, 'release', (original) => observedRelease(prototype, original));
  if (!controlsTransactionsByCalls(type)) return;
  for (const [name, done] of Object.entries(TRANSACTION_METHODS)) {
    standIns.put(prototype, name, (original) => observedTransaction(prototype, original, done));
  }
}

function observedQuery(prototype: object, original: AnyMethod): AnyMethod {
  return function (this: QueryRunnerLike, ...args) {
    const statement = observedOfRunner(this, prototype)?.statements.begin(this, args[0], args[1]);
    if (statement === undefined) return original.apply(this, args);
    return followResult(original, this, args, statement);
  };
}

/** A stream is under way until its last row was read, or it was given up. */
function observedStream(prototype: object, original: AnyMethod): AnyMethod {
  return function (this: QueryRunnerLike, ...args) {
    const observed = observedOfRunner(this, prototype);
    const statement = observed?.statements.begin(this, args[0], args[1]);
    if (observed === undefined || statement === undefined) return original.apply(this, args);
    return followResult(original, this, args, {
      succeeded: (stream) => observed.sink.run(() => followStream(stream as Stream, observed.streams, statement, this)),
      failed: (error) => statement.failed(error),
    });
  };
}

interface Stream extends EventEmitter {
  readonly _readableState?: { readonly ended?: boolean };
}

function followStream(stream: Stream, streams: Streams, statement: ObservedStatement, runner: QueryRunnerLike): void {
  const connection = runner.databaseConnection as EventEmitter | undefined;
  let ended = false;
  const end = (tell: () => void) => {
    if (ended) return;
    ended = true;
    forget();
    connection?.off?.('end', lost);
    tell();
  };
  const succeeded = () => end(() => statement.succeeded(undefined));
  const lost = () => end(() => statement.failed(CONNECTION_LOST));
  // What has all been received may still be read when the connection has long been given back.
  const forget = streams.add(runner, () => hasAll(stream) || succeeded());
  stream.on('end', succeeded);
  stream.on('close', succeeded);
  // A listener for 'error' itself would make an unhandled error a handled one.
  stream.on(errorMonitor, (error: unknown) => {
    if (isGivenUp(error)) succeeded();
    else end(() => statement.failed(error));
  });
  // The streams of both pg and mysql2 emit nothing when their connection breaks.
  connection?.on?.('end', lost);
}

/** Streams of Node do not say this in public: the end was received, and waits behind rows to be read. */
function hasAll(stream: Stream): boolean {
  // oxlint-disable-next-line no-underscore-dangle
  return stream._readableState?.ended === true;
}

/** A loop over the rows that was left early: to the stream an error, to the statement none. */
function isGivenUp(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === 'ABORT_ERR';
}

const CONNECTION_LOST = Object.assign(new Error('The connection ended before the stream.'), {
  code: 'PROTOCOL_CONNECTION_LOST',
});

/** Every statement of a repository ends in one; next to none of them leaves anything open or is waited for. */
function observedRelease(prototype: object, original: AnyMethod): AnyMethod {
  return function (this: QueryRunnerLike, ...args) {
    const observed = observedOfRunner(this, prototype);
    const leavesSomething = observed?.transactions.isOpen(this) === true || observed?.streams.has(this) === true;
    if (observed === undefined || !(leavesSomething || observed.afterRelease !== undefined)) {
      return original.apply(this, args);
    }
    const released = () =>
      observed.sink.run(() => {
        observed.transactions.released(this);
        observed.streams.released(this);
        observed.afterRelease?.();
      });
    return followResult(original, this, args, { succeeded: released, failed: released });
  };
}

type Done = (observed: ObservedDataSource, runner: QueryRunnerLike) => void;

const TRANSACTION_METHODS: Readonly<Record<string, Done>> = {
  startTransaction: ({ transactions }, runner) => transactions.begunByMethod(runner),
  commitTransaction: ({ transactions }, runner) => transactions.endedByMethod(runner, 'commit'),
  rollbackTransaction: ({ transactions }, runner) => transactions.endedByMethod(runner, 'rollback'),
};

function observedTransaction(prototype: object, original: AnyMethod, done: Done): AnyMethod {
  return function (this: QueryRunnerLike, ...args) {
    const observed = observedOfRunner(this, prototype);
    if (observed === undefined) return original.apply(this, args);
    return followResult(original, this, args, {
      succeeded: () => observed.sink.run(() => done(observed, this)),
      failed: () => undefined,
    });
  };
}
