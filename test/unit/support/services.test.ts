import { describe, expect, it } from 'vitest';
import { isOnPath, type Program } from '../../support/programs.js';
import { verdict } from '../../support/services.js';

const installed: Program = { debianPackage: 'dogs', isInstalled: () => true };
const absent: Program = { debianPackage: 'cats', isInstalled: () => false };

describe('the verdict on the services a test needs', () => {
  it('lets it run when all are installed', () => {
    expect(verdict({ dog: installed }, { REQUIRE_SERVICES: '1' })).toMatchObject({ missing: [], isFatal: false });
  });

  it('skips it when one is missing, and says how to install it', () => {
    expect(verdict({ dog: installed, cat: absent, kitten: absent }, {})).toEqual({
      missing: ['cat', 'kitten'],
      isFatal: false,
      sentence: 'cat and kitten not found; install with: apt-get install cats',
    });
  });

  it('fails it when one is missing where REQUIRE_SERVICES is 1', () => {
    expect(verdict({ cat: absent }, { REQUIRE_SERVICES: '1' })).toMatchObject({ missing: ['cat'], isFatal: true });
  });
});

describe('isOnPath', () => {
  it('finds what is there and nothing else', () => {
    expect(isOnPath('node')).toBe(true);
    expect(isOnPath('no-such-binary')).toBe(false);
  });
});
