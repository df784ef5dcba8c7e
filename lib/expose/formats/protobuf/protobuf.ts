import { type SeriesData } from '../../../metrics/family-data.js';
import { type ForeignFamily, type ForeignSample } from '../../foreign-family.js';
import { type ExpositionFormat, type FamilyWriter } from '../format.js';
import { type EscapingScheme } from '../openmetrics.js';
import { type Page } from '../page.js';
import { FamilyMessage } from './family-message.js';
import { hasManySamples, labelsOfMetric, writeForeign } from './foreign-metrics.js';
import { ownMetric } from './own-metrics.js';

/** The protobuf format of Prometheus: messages `MetricFamily`, each behind its length. It alone has native histograms. */
export function protobuf(escaping: EscapingScheme): ExpositionFormat {
  return {
    contentType: `application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited; escaping=${escaping}`,
    familyName: ({ name }) => name,
    own(family, chunks, page) {
      const message = new FamilyMessage(page, family);
      const writeValue = ownMetric(family, chunks);
      return {
        write: (series: SeriesData) =>
          message.metric(series.labels, (metric) => writeValue(metric, chunks[series.chunk]!, series)),
        end: () => message.end(),
      };
    },
    foreign: (family, page) => new ForeignWriter(family, page),
    end: () => undefined,
  };
}

/** Puts the samples of each metric together. They follow each other. */
class ForeignWriter implements FamilyWriter<ForeignSample> {
  private readonly message: FamilyMessage;
  private readonly hasManySamples: boolean;
  private labels = '';
  private samples: ForeignSample[] = [];

  constructor(
    private readonly family: ForeignFamily,
    page: Page,
  ) {
    this.message = new FamilyMessage(page, family);
    this.hasManySamples = hasManySamples(family);
  }

  write(sample: ForeignSample): void {
    const labels = labelsOfMetric(this.family, sample);
    if (!this.hasManySamples || labels !== this.labels) this.flush();
    this.labels = labels;
    this.samples.push(sample);
  }

  end(): void {
    this.flush();
    this.message.end();
  }

  private flush(): void {
    if (this.samples.length === 0) return;
    this.message.metric(this.labels, (metric) => {
      writeForeign(metric, this.family, this.samples);
      return true;
    });
    this.samples = [];
  }
}
