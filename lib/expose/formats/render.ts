import { type SeriesData } from '../../metrics/family-data.js';
import { type ForeignFamily, type ForeignSample } from '../foreign-family.js';
import { type FamilyReading, type Reading } from '../reading.js';
import { TimeSlices } from '../time-slices.js';
import { type ExpositionFormat, type FamilyWriter } from './format.js';
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
    await renderOwn(own, format.own(own, reading.chunks, page), slices);
  }
  const plain = new Set(reading.foreign.filter((one) => format.familyName(one) === one.name).map(({ name }) => name));
  for (const foreign of reading.foreign) {
    const family = withFreeName(foreign, format, taken, plain);
    if (family !== undefined) await renderForeign(family, format.foreign(family, page), slices);
  }
  format.end(page);
  return page.finish();
}

async function renderOwn(own: FamilyReading, writer: FamilyWriter<SeriesData>, slices: TimeSlices): Promise<void> {
  const { series, seriesCount, overflow } = own;
  for (let i = 0; i < seriesCount; i += 1) {
    writer.write(series[i]!);
    if (slices.isOverAfterStep()) await slices.next();
  }
  if (overflow !== undefined) writer.write(overflow);
  writer.end();
}

async function renderForeign(
  { samples }: ForeignFamily,
  writer: FamilyWriter<ForeignSample>,
  slices: TimeSlices,
): Promise<void> {
  for (const sample of samples) {
    writer.write(sample);
    if (slices.isOverAfterStep()) await slices.next();
  }
  writer.end();
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
