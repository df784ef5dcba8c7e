import { expect, it } from 'vitest';
import { followPromises } from '../../lib/observe/operations/executions.js';

function follower() {
  const heard: string[] = [];
  const succeeded = () => void heard.push('succeeded');
  const failed = (error: unknown) => void heard.push(`failed: ${String(error)}`);
  return { heard, succeeded, failed };
}

it('a result that throws when it is asked for its method then is handed on, and its execution ends', () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  const { heard, ...execution } = follower();
  expect(followPromises(proxy, execution) === proxy).toBe(true);
  expect(heard).toEqual(['succeeded']);
});

it('a promise is followed until it settles', async () => {
  const { heard, ...execution } = follower();
  const followed = followPromises(Promise.reject(new RangeError('no')), execution);
  expect(heard).toEqual([]);
  await expect(followed).rejects.toThrow('no');
  expect(heard).toEqual(['failed: RangeError: no']);
});
