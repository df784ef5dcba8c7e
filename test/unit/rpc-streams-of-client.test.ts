import { NEVER } from 'rxjs';
import { expect, it } from 'vitest';
import { RunningExecution } from '../../lib/observe/operations/running-execution.js';
import { type MessageContext } from '../../lib/observe/rpc/message-context.js';
import { streamsOfClient } from '../../lib/observe/rpc/streams-of-client.js';

/** The outcome of a stream that does not end, once Nest has subscribed to it. */
function outcomeWith(context: MessageContext | undefined): string | undefined {
  const nobody = { ended: () => undefined, threw: () => undefined };
  const operation = { door: 'rpc', names: { transport: 'grpc', pattern: 'dog.watch' } } as const;
  const execution = new RunningExecution(nobody, operation, undefined, undefined, undefined);
  streamsOfClient(context)(NEVER, execution).subscribe();
  return execution.outcome;
}

it.each([
  ['that is cancelled is aborted', true, 'aborted'],
  ['that goes on is in flight', false, undefined],
])('a stream of a call of gRPC %s', (_, cancelled, outcome) => {
  expect(outcomeWith({ cancelled })).toBe(outcome);
});

it('a stream whose client is not known is in flight', () => {
  expect(outcomeWith(undefined)).toBeUndefined();
});
