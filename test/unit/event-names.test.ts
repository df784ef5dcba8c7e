import { expect, it } from 'vitest';
import { type EventName } from '../../lib/observe/events.js';
import { eventNames } from '../../lib/prometheus.options-rules.js';

/** Does not compile without one of them. */
const EVENTS: Readonly<Record<EventName, true>> = {
  routesKnown: true,
  requestReceived: true,
  requestAnswered: true,
  requestAborted: true,
  exceptionThrown: true,
  handlerTimed: true,
  dataSourceFound: true,
  dataSourceEnded: true,
  entitiesKnown: true,
  statementStarted: true,
  statementEnded: true,
  rowsCommitted: true,
  transactionStarted: true,
  transactionEnded: true,
  connectionsOpened: true,
  connectionFailed: true,
  connectionAwaited: true,
  queryCacheAsked: true,
  queryCacheHit: true,
  migrationsChecked: true,
  dataSourceRead: true,
  cacheFound: true,
  cacheEnded: true,
  cacheCalled: true,
  operationsKnown: true,
  executionStarted: true,
  executionEnded: true,
  executionThrew: true,
  scheduleRead: true,
  jobWaited: true,
  jobFinished: true,
  jobStalled: true,
  queueRead: true,
  gatewayKnown: true,
  websocketOpened: true,
  websocketClosed: true,
  outgoingKnown: true,
  outgoingStarted: true,
  outgoingEnded: true,
};

it('every event that a listener may have a method for is forwarded', () => {
  expect(eventNames().toSorted()).toEqual(Object.keys(EVENTS).toSorted());
});
