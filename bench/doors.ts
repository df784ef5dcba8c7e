import { startChild } from './child.js';
import { type DoorRunner } from './children/door-runner.js';
import { type Effort } from './effort.js';
import { median, summarize } from './statistics.js';
import { figure, printTable, range } from './table.js';
import { atMost, type Target } from './target.js';

const DOORS = [
  'events',
  'rpc',
  'websocket',
  'graphql',
  'schedule',
  'queue',
  'outgoing http',
  'outgoing fetch',
] as const satisfies readonly (keyof DoorRunner)[];
type DoorName = (typeof DOORS)[number];

const VARIANTS = ['bare', 'ours'] as const;
type Variant = (typeof VARIANTS)[number];

const WARM_UPS = 4;
const MOST_US = 1;

type Figures = Record<Variant, Record<DoorName, number[]>>;

/**
 * What the library adds to a message at each door, and to an outgoing request. Handlers are called without a network,
 * which would hide it.
 */
export async function doors(effort: Effort): Promise<readonly Target[]> {
  const figures: Figures = { bare: noFigures(), ours: noFigures() };
  for (let round = 0; round < effort.statementRounds; round += 1) await measureRound(figures, effort);

  const rows = DOORS.map((door) => {
    const [bare, ours] = [summarize(figures.bare[door]), summarize(figures.ours[door])];
    const added = median(figures.ours[door].map((us, i) => us - (figures.bare[door][i] ?? NaN)));
    return { door, bare, ours, target: atMost(added, MOST_US, ' µs') };
  });
  printTable(
    `Doors: CPU µs for one message, without a network (${effort.statementRounds} rounds of new processes)`,
    ['door', 'bare', 'min–max', 'ours', 'min–max', 'over bare'],
    rows.map(({ door, bare, ours, target }) => [
      door,
      figure(bare.median),
      range(bare),
      figure(ours.median),
      range(ours),
      target.text,
    ]),
  );
  return rows.map(({ target }) => target);
}

/** Each variant runs in its own process, and they are measured alternately. */
async function measureRound(figures: Figures, effort: Effort): Promise<void> {
  const children = await Promise.all(
    VARIANTS.map((variant) => startChild<DoorRunner>('door-runner', { args: [variant], flags: [] })),
  );
  try {
    for (const door of DOORS) {
      const samples: Record<Variant, number[]> = { bare: [], ours: [] };
      for (let sample = 0; sample < WARM_UPS + effort.statementSamples; sample += 1) {
        for (const [i, variant] of VARIANTS.entries()) {
          const us = await children[i]?.ask(door);
          if (sample >= WARM_UPS) samples[variant].push(us ?? NaN);
        }
      }
      for (const variant of VARIANTS) figures[variant][door].push(median(samples[variant]));
    }
  } finally {
    await Promise.all(children.map((child) => child.stop()));
  }
}

function noFigures(): Record<DoorName, number[]> {
  return Object.fromEntries(DOORS.map((door): [DoorName, number[]] => [door, []])) as Record<DoorName, number[]>;
}
