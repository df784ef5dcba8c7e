import { type SeriesData } from '../../metrics/family-data.js';
import { type ForeignFamily } from '../foreign-family.js';
import { type FamilyReading, type Reading } from '../reading.js';
import { TimeSlices } from '../time-slices.js';
import { type ExpositionFormat } from './format.js';
import { foreignLine, seriesLines } from './lines.js';
import { Page } from './page.js';

/**
 * A reading as bytes, in pieces. The event loop turns in between, so that a large exposition does not block requests.
 * Rejects once it is given up.
 */
export async function render(
  reading: Reading,
  format: ExpositionFormat,
  givenUp: AbortSignal,
): Promise<readonly Buffer[]> {
  const page = new Page();
  const slices = new TimeSlices(givenUp);
  const taken = new Set<string>();
  for (const own of reading.own) {
    taken.add(format.familyName(own));
    await renderOwn(own, reading.chunks, format, page, slices);
  }
  const plain = new Set(reading.foreign.filter((one) => format.familyName(one) === one.name).map(({ name }) => name));
  for (const foreign of reading.foreign) {
    const family = withFreeName(foreign, format, taken, plain);
    if (family !== undefined) await renderForeign(family, format, page, slices);
  }
  page.text(format.end);
  return page.finish();
}

async function renderOwn(
  own: FamilyReading,
  chunks: Reading['chunks'],
  format: ExpositionFormat,
  page: Page,
  slices: TimeSlices,
): Promise<void> {
  const { series: listed, seriesCount, overflow } = own;
  const lines = seriesLines(own, format);
  const write = ({ chunk, at, labels }: SeriesData) => lines(page, chunks[chunk]!, at, labels);
  page.text(format.head(own));
  for (let i = 0; i < seriesCount; i += 1) {
    write(listed[i]!);
    if (slices.isOverAfterStep()) await slices.next();
  }
  if (overflow !== undefined) write(overflow);
}

async function renderForeign(
  family: ForeignFamily,
  format: ExpositionFormat,
  page: Page,
  slices: TimeSlices,
): Promise<void> {
  page.text(format.head(family));
  for (const sample of family.samples) {
    page.text(foreignLine(sample, family, format));
    if (slices.isOverAfterStep()) await slices.next();
  }
}

/**
 * In OpenMetrics the counter `x_total` and the gauge `x` would have one family name, which is not allowed. The counter is
 * then written as an untyped family, which keeps its name, whichever of the two comes first. A family whose name is taken
 * even so is left out.
 */
function withFreeName(
  family: ForeignFamily,
  format: ExpositionFormat,
  taken: Set<string>,
  plain: ReadonlySet<string>,
): ForeignFamily | undefined {
  const isFree = (one: ForeignFamily) => {
    const name = format.familyName(one);
    return !taken.has(name) && (name === one.name || !plain.has(name));
  };
  const candidate = [family, { ...family, type: 'unknown' as const }].find(isFree);
  if (candidate !== undefined) taken.add(format.familyName(candidate));
  return candidate;
}
