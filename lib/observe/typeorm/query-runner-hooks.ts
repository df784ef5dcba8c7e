import { errorMonitor, type EventEmitter } from 'node:events';
import { observerOfRunner } from './observed.js';
import { type ObservedStatement, type Statements } from './statements.js';
import { type Method, type StandIns } from './stand-ins.js';
import { type DataSourceObserver } from './data-source-observer.js';
import { type QueryRunnerLike } from './typeorm-types.js';
import { watch } from './watch.js';

/**
 * Puts our stand-ins into a class of query runners. They return what the original returns and throw the very error it
 * throws; for a runner that nobody observes they only pass on.
 */
export function hookQueryRunner(prototype: object, standIns: StandIns): void {
  standIns.put(prototype, 'query', (original) => observedQuery(prototype, original));
  standIns.put(prototype, 'stream', (original) => observedStream(prototype, original));
  for (const [name, settled] of Object.entries(TRANSACTION_METHODS)) {
    standIns.put(prototype, name, (original) => observedTransaction(prototype, original, settled));
  }
  standIns.put(prototype, 'release', (original) => observedRelease(prototype, original));
}

type Settled = (observer: DataSourceObserver, runner: QueryRunnerLike, succeeded: boolean) => void;

const TRANSACTION_METHODS: Readonly<Record<string, Settled>> = {
  startTransaction: ({ transactions }, runner, succeeded) => {
    if (succeeded) transactions.started(runner);
  },
  commitTransaction: ({ transactions }, runner, succeeded) => transactions.committed(runner, succeeded),
  rollbackTransaction: ({ transactions }, runner, succeeded) => transactions.rolledBack(runner, succeeded),
};

const released: Settled = ({ transactions }, runner) => transactions.released(runner);

function observedQuery(prototype: object, original: Method): Method {
  return function (this: QueryRunnerLike, ...args) {
    const statements = observerOfRunner(this, prototype)?.statements;
    const statement = statements?.begin(args[0], args[1]);
    if (statements === undefined || statement === undefined) return original.apply(this, args);
    return watch(
      original,
      this,
      args,
      (result) => statements.succeeded(statement, this, result),
      (error) => statements.failed(statement, this, error),
    );
  };
}

/** A stream is under way until its last row was read, or it was given up. */
function observedStream(prototype: object, original: Method): Method {
  return function (this: QueryRunnerLike, ...args) {
    const observer = observerOfRunner(this, prototype);
    const statement = observer?.statements.begin(args[0], args[1]);
    if (observer === undefined || statement === undefined) return original.apply(this, args);
    const { statements } = observer;
    return watch(
      original,
      this,
      args,
      (stream) => observer.guarded(() => watchStream(stream as EventEmitter, statements, statement, this)),
      (error) => statements.failed(statement, this, error),
    );
  };
}

function watchStream(
  stream: EventEmitter,
  statements: Statements,
  statement: ObservedStatement,
  runner: QueryRunnerLike,
): void {
  const connection = runner.databaseConnection as EventEmitter | undefined;
  let ended = false;
  const end = (tell: () => void) => {
    if (ended) return;
    ended = true;
    connection?.off?.('end', lost);
    tell();
  };
  const succeeded = () => end(() => statements.succeeded(statement, runner, undefined));
  const lost = () => end(() => statements.failed(statement, runner, CONNECTION_LOST));
  stream.on('end', succeeded);
  stream.on('close', succeeded);
  // A listener for 'error' itself would make an error that nobody handles a handled one.
  stream.on(errorMonitor, (error: unknown) => {
    if (isGivenUp(error)) succeeded();
    else end(() => statements.failed(statement, runner, error));
  });
  // The streams of both pg and mysql2 tell nothing when their connection breaks.
  connection?.on?.('end', lost);
}

/** A loop over the rows that was left early: to the stream an error, to the statement none. */
function isGivenUp(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === 'ABORT_ERR';
}

const CONNECTION_LOST = Object.assign(new Error('The connection ended before the stream.'), {
  code: 'PROTOCOL_CONNECTION_LOST',
});

/** Every statement of a repository ends in one, and next to none of them leaves a transaction open. */
function observedRelease(prototype: object, original: Method): Method {
  const observed = observedTransaction(prototype, original, released);
  return function (this: QueryRunnerLike, ...args) {
    const leavesOne = observerOfRunner(this, prototype)?.transactions.isOpen(this) === true;
    return leavesOne ? observed.apply(this, args) : original.apply(this, args);
  };
}

function observedTransaction(prototype: object, original: Method, settled: Settled): Method {
  return function (this: QueryRunnerLike, ...args) {
    const observer = observerOfRunner(this, prototype);
    if (observer === undefined) return original.apply(this, args);
    const tell = (succeeded: boolean) => observer.guarded(() => settled(observer, this, succeeded));
    return watch(
      original,
      this,
      args,
      () => tell(true),
      () => tell(false),
    );
  };
}
