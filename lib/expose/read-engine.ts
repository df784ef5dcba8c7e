import { type Engine } from '../metrics/engine.js';
import { familyData } from '../metrics/family-data.js';
import { type ForeignFamily } from './foreign-family.js';
import { type Reading } from './reading.js';

/**
 * What the engine has counted until now. The cells are copied and the lists of series are not: they grow at their end
 * only, and removed series are taken out of another list.
 */
export function readEngine(engine: Engine, foreign: readonly ForeignFamily[]): Reading {
  const own = engine.families.map((family) => ({
    ...familyData(family),
    series: family.series,
    seriesCount: family.series.length,
    overflow: family.overflow,
  }));
  return { own, chunks: engine.copyCells(), foreign };
}
