import { startChild } from './child.js';
import { type StatementRunner } from './children/statement-runner.js';
import { type Effort } from './effort.js';
import { median, summarize } from './statistics.js';
import { figure, printTable, range } from './table.js';
import { atMost, type Target } from './target.js';

const STATEMENTS = ['findOne', 'update', 'raw'] as const satisfies readonly (keyof StatementRunner)[];
type Statement = (typeof STATEMENTS)[number];

const VARIANTS = ['bare', 'ours'] as const;
type Variant = (typeof VARIANTS)[number];

/** The number of runs until the code is compiled and the results are stable. */
const WARM_UPS = 4;

type Figures = Record<Variant, Record<Statement, number[]>>;

/**
 * The cost that the library adds to a TypeORM statement on SQLite in memory (sql.js), the database with the lowest cost
 * of its own.
 */
export async function statements(effort: Effort): Promise<readonly Target[]> {
  const figures: Figures = { bare: noFigures(), ours: noFigures() };
  for (let round = 0; round < effort.statementRounds; round += 1) await measureRound(figures, effort);

  const added = (statement: Statement) =>
    median(figures.ours[statement].map((us, i) => us - (figures.bare[statement][i] ?? NaN)));
  const share = median(figures.ours.findOne.map((us, i) => us / (figures.bare.findOne[i] ?? NaN) - 1));
  const targets = [...STATEMENTS.map((statement) => atMost(added(statement), 1, ' µs')), atMost(share * 100, 8, ' %')];
  const rows = STATEMENTS.map((statement, i) => {
    const [bare, ours] = [summarize(figures.bare[statement]), summarize(figures.ours[statement])];
    const verdict = statement === 'findOne' ? `${targets[i]?.text}, ${targets.at(-1)?.text}` : (targets[i]?.text ?? '');
    return [statement, figure(bare.median), range(bare), figure(ours.median), range(ours), verdict];
  });
  printTable(
    `Statements: CPU µs for one, on sql.js in memory (${effort.statementRounds} rounds of new processes)`,
    ['statement', 'bare', 'min–max', 'ours', 'min–max', 'over bare'],
    rows,
  );
  return targets;
}

/** Each variant runs in its own process, and they are measured alternately: a slowdown of the machine affects both. */
async function measureRound(figures: Figures, effort: Effort): Promise<void> {
  const children = await Promise.all(
    VARIANTS.map((variant) => startChild<StatementRunner>('statement-runner', { args: [variant], flags: [] })),
  );
  try {
    for (const statement of STATEMENTS) {
      const samples: Record<Variant, number[]> = { bare: [], ours: [] };
      for (let sample = 0; sample < WARM_UPS + effort.statementSamples; sample += 1) {
        for (const [i, variant] of VARIANTS.entries()) {
          const us = await children[i]?.ask(statement);
          if (sample >= WARM_UPS) samples[variant].push(us ?? NaN);
        }
      }
      for (const variant of VARIANTS) figures[variant][statement].push(median(samples[variant]));
    }
  } finally {
    await Promise.all(children.map((child) => child.stop()));
  }
}

function noFigures(): Record<Statement, number[]> {
  return { findOne: [], update: [], raw: [] };
}
