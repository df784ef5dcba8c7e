import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { WeakMembers } from '../../lib/observe/weak-members.js';
import { collectGarbage } from '../support/garbage.js';
import { waitUntil } from '../support/wait-until.js';

/** In a function of its own, so that nothing here keeps the member. */
function addTo(members: WeakMembers<object, string>, name: string): void {
  members.add({}, name);
}

it('a member that was collected is reported with what remains of it', async () => {
  const collected: string[] = [];
  const members = new WeakMembers<object, string>((name) => collected.push(name));
  addTo(members, 'dropped');
  await nextTurn();
  collectGarbage();
  await waitUntil('it is reported', () => collected.length > 0);
  expect(collected).toEqual(['dropped']);
});

it('once they are cleared none is reported, also not one that was collected just before', async () => {
  const collected: string[] = [];
  const report = (name: string) => collected.push(name);
  const cleared = new WeakMembers<object, string>(report);
  const others = new WeakMembers<object, string>(report);
  addTo(cleared, 'cleared');
  addTo(others, 'other');
  await nextTurn();
  collectGarbage();
  cleared.clear();
  await waitUntil('the other one is reported', () => collected.includes('other'));
  await nextTurn();
  expect(collected).toEqual(['other']);
});
