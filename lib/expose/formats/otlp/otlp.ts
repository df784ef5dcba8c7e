import { type Unit } from '../../../metrics/family-data.js';
import { type ExpositionFormat, type FamilyHead } from '../format.js';
import { MetricSamples } from '../metric-samples.js';
import { type Page } from '../page.js';
import { foreignKind, foreignPoint } from './foreign-points.js';
import { kindOf, ownPoint } from './own-points.js';
import { AFTER_POINTS, jsonTime, type Point, type PointKind } from './points.js';

/** In UCUM, as OpenTelemetry has units. */
const UNITS: Readonly<Record<Unit, string>> = { seconds: 's', bytes: 'By' };

/**
 * The metrics of an OTLP request in JSON, one after the other with commas in between. The request around them says whose
 * they are.
 *
 * @param unixSeconds the time of all data points
 */
export function otlp(unixSeconds: number): ExpositionFormat {
  const time = jsonTime(unixSeconds);
  return {
    contentType: 'application/json',
    familyName: ({ name }) => name,
    own(family, chunks, page) {
      const metric = new MetricJson(page, family, kindOf(family));
      const point = ownPoint(family, chunks, time);
      return { write: (series) => metric.add(point(series)), end: () => metric.end() };
    },
    foreign(family, page) {
      const metric = new MetricJson(page, family, foreignKind(family));
      return new MetricSamples(
        family.type,
        (labels, samples) => metric.add(foreignPoint(family, labels, samples, time)),
        () => metric.end(),
      );
    },
    end: () => undefined,
  };
}

/** A `Metric` on a page. Without a data point it is left out: receivers complain about empty ones. */
class MetricJson {
  private isBegun = false;

  constructor(
    private readonly page: Page,
    private readonly family: FamilyHead,
    private readonly kind: PointKind,
  ) {}

  add(point: Point | undefined): void {
    if (point === undefined) return;
    this.page.text((this.isBegun ? ',' : this.head()) + JSON.stringify(point));
    this.isBegun = true;
  }

  end(): void {
    if (!this.isBegun) return;
    const after = JSON.stringify(AFTER_POINTS[this.kind]).slice(1);
    this.page.text(after === '}' ? ']}}' : `],${after}}`);
  }

  private head(): string {
    const { name, help, unit } = this.family;
    const described = JSON.stringify({ name, description: help, unit: unit === undefined ? '' : UNITS[unit] });
    const isFirst = this.page.mark().bytesBefore === 0;
    return `${isFirst ? '' : ','}${described.slice(0, -1)},"${this.kind}":{"dataPoints":[`;
  }
}
