import { describe, expect, it } from 'vitest';
import { Rotation } from '../../lib/monitor/redis/rotation.js';

describe('a rotation', () => {
  it('looks at the newest each time, and at all others in turn, fewer once it has been round', () => {
    const rotation = new Rotation(7, { first: 3, later: 1 });
    expect(rotation.isComplete).toBe(false);
    expect(rotation.turn()).toEqual([0, 1, 2, 3, 4]);
    expect(rotation.isComplete).toBe(false);
    expect(rotation.turn()).toEqual([0, 1, 5, 6]);
    expect(rotation.isComplete).toBe(true);
    expect(rotation.turn()).toEqual([0, 1, 2]);
    expect(rotation.turn()).toEqual([0, 1, 3]);
    expect([rotation.turn(), rotation.turn(), rotation.turn(), rotation.turn()].map((ages) => ages[2])).toEqual([
      4, 5, 6, 2,
    ]);
  });

  it('begins anew when it is told to', () => {
    const rotation = new Rotation(4, { first: 1, later: 1 });
    rotation.turn();
    rotation.turn();
    expect(rotation.isComplete).toBe(true);
    rotation.restart();
    expect(rotation.isComplete).toBe(false);
    expect(rotation.turn()).toEqual([0, 1, 2]);
  });

  it.each([1, 2])('of %d looks at all of them each time', (size) => {
    const rotation = new Rotation(size, { first: 3, later: 1 });
    expect(rotation.turn()).toEqual([0, 1].slice(0, size));
    expect(rotation.isComplete).toBe(true);
  });
});
