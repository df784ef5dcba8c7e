import { setImmediate as nextTurn } from 'node:timers/promises';

/** Runs `step` once in every turn of the event loop until the promise settles; gives how many turns that took. */
export async function whilePending(
  promise: Promise<unknown>,
  step: (turn: number) => void = () => undefined,
): Promise<number> {
  const state = { isPending: true };
  const settled = () => {
    state.isPending = false;
  };
  promise.then(settled, settled);
  let turns = 0;
  while (state.isPending) {
    step(turns);
    turns += 1;
    // A turn after the other is the point.
    await nextTurn();
  }
  return turns;
}
