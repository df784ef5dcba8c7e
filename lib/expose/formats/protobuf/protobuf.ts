import { type SeriesData } from '../../../metrics/family-data.js';
import { type ExpositionFormat } from '../format.js';
import { MetricSamples } from '../metric-samples.js';
import { type EscapingScheme } from '../openmetrics.js';
import { FamilyMessage } from './family-message.js';
import { writeForeign } from './foreign-metrics.js';
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
    foreign(family, page) {
      const message = new FamilyMessage(page, family);
      return new MetricSamples(
        family.type,
        (labels, samples) =>
          message.metric(labels, (metric) => {
            writeForeign(metric, family, samples);
            return true;
          }),
        () => message.end(),
      );
    },
    end: () => undefined,
  };
}
