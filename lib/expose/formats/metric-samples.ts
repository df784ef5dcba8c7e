import { type ForeignFamily, type ForeignSample } from '../foreign-family.js';
import { type FamilyWriter } from './format.js';

/** The pair of the label that tells the values of a summary apart. */
export const QUANTILE_PAIR = /(?:^|,)quantile="([^"]*)"/;

/** Writes one metric: the labels that all of its samples have, and its samples. */
export type WriteMetric = (labels: string, samples: readonly ForeignSample[]) => void;

/** Puts the samples of each metric together, for formats that write them as one. They follow each other. */
export class MetricSamples implements FamilyWriter<ForeignSample> {
  private readonly hasManySamples: boolean;
  private labels = '';
  private samples: ForeignSample[] = [];

  constructor(
    private readonly type: ForeignFamily['type'],
    private readonly writeMetric: WriteMetric,
    private readonly endFamily: () => void,
  ) {
    this.hasManySamples = type === 'histogram' || type === 'summary';
  }

  write(sample: ForeignSample): void {
    const labels = this.labelsOfMetric(sample);
    if (!this.hasManySamples || labels !== this.labels) this.flush();
    this.labels = labels;
    this.samples.push(sample);
  }

  end(): void {
    this.flush();
    this.endFamily();
  }

  private labelsOfMetric({ labels }: ForeignSample): string {
    return this.type === 'summary' ? labels.replace(QUANTILE_PAIR, '').replace(/^,/, '') : labels;
  }

  private flush(): void {
    if (this.samples.length === 0) return;
    this.writeMetric(this.labels, this.samples);
    this.samples = [];
  }
}
