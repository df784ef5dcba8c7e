import { type Reading } from '../reading.js';
import { type ShareContent } from './bytes/share-content.js';
import { type Share } from './merge/share.js';
import { type Others } from './other-processes.js';

/** Of those that have ended. */
const NO_SLOT = -1;

/**
 * What a scrape adds up: all processes, each once. One that another has inherited counts there, wherever it was found
 * too. In the order of their numbers, so that the series have the same order whoever is asked.
 */
export function countedShares(mine: ShareContent, { alive, ended }: Others): readonly Share[] {
  const all = [mine, ...alive.map(({ share }) => share)].toSorted((a, b) => a.head.slot - b.head.slot);
  const inherited = new Set([...all, ...ended].flatMap(({ inheritedIds }) => inheritedIds));
  const isCounted = ({ head }: ShareContent) => !inherited.has(head.id);
  const living = all.filter(isCounted);
  const endedOnes = ended.filter(isCounted);
  return [
    ...sharesOfLiving(living),
    ...endedOnes.map(({ own }) => shareOf(own, NO_SLOT, true)),
    ...[...living, ...endedOnes].map((one) => shareOf(one.inherited, NO_SLOT, true)),
  ];
}

/** Two with the same number would make the whole exposition invalid: each gets one that is larger than those before. */
function sharesOfLiving(living: readonly ShareContent[]): readonly Share[] {
  let last = NO_SLOT;
  return living.map(({ head, own }) => {
    last = Math.max(last + 1, head.slot);
    return shareOf(own, last, false);
  });
}

function shareOf(reading: Reading, slot: number, isEnded: boolean): Share {
  return { reading, slot, isEnded };
}
