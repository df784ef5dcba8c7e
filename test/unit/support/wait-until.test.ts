import { expect, it } from 'vitest';
import { waitUntil } from '../../support/wait-until.js';

it('resolves to the first truthy thing', async () => {
  const looks = [0, '', undefined, 'here', 'too late'];
  expect(await waitUntil('it is here', () => looks.shift(), { intervalMs: 1 })).toBe('here');
});

it('looks again after a throw', async () => {
  let looks = 0;
  const condition = () => {
    looks += 1;
    if (looks < 3) throw new Error('not yet');
    return looks;
  };
  expect(await waitUntil('it no longer throws', condition, { intervalMs: 1 })).toBe(3);
});

it('says what it waited for and what it saw last', async () => {
  const patience = { timeoutMs: 5, intervalMs: 1 };
  await expect(waitUntil('the dog barks', () => 0, patience)).rejects.toThrow(
    'Waited 5 ms in vain until the dog barks; the last look gave 0',
  );
  await expect(waitUntil('the dog barks', () => Promise.reject(new Error('asleep')), patience)).rejects.toThrow(
    'the last look threw: asleep',
  );
});
