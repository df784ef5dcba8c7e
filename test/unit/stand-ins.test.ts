import { expect, it } from 'vitest';
import { type AnyMethod } from '../../lib/host/any-method.js';
import { StandIns } from '../../lib/host/stand-ins.js';

const passingOn = (original: AnyMethod): AnyMethod =>
  function (...args) {
    return original.apply(this, args);
  };

it('nothing of ours stays where a wrapper was taken away that had one of ours above and one beneath', () => {
  const owner = { bark: () => 'Wuff' };
  const { bark: original } = owner;
  const standIns = new StandIns();
  standIns.put(owner, 'bark', passingOn);
  const { bark: ours } = owner;
  owner.bark = () => ours();
  standIns.put(owner, 'bark', passingOn);
  owner.bark = ours;
  standIns.putBack();
  expect(owner.bark).toBe(original);
});
