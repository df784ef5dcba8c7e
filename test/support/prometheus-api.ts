import { type Labels } from './exposition.js';

export interface QueriedSample {
  readonly labels: Labels;
  /** For a native histogram, its count. */
  readonly value: number;
  /** Seconds since the epoch, of the evaluation. */
  readonly timestamp: number;
}

/** An exemplar that Prometheus has stored, with the labels of its series. */
export interface StoredExemplar {
  readonly series: Labels;
  readonly labels: Labels;
  readonly value: number;
}

export interface Target {
  readonly scrapeUrl: string;
  readonly health: 'up' | 'down' | 'unknown';
  readonly lastError: string;
}

/** A rule that Prometheus has loaded. */
export interface LoadedRule {
  readonly type: 'recording' | 'alerting';
  /** Of an alert, or of the metric that is recorded. */
  readonly name: string;
  readonly health: 'ok' | 'err' | 'unknown';
  readonly lastError?: string;
}

type Point = readonly [timestamp: number, value: string];
type Element = { readonly metric: Labels } & (
  | { readonly value: Point; readonly histogram?: undefined }
  | { readonly histogram: readonly [timestamp: number, { readonly count: string }] }
);
type QueryAnswer =
  | { readonly resultType: 'vector'; readonly result: readonly Element[] }
  | { readonly resultType: 'scalar'; readonly result: Point }
  | { readonly resultType: 'matrix' | 'string' };

type ExemplarsAnswer = readonly {
  readonly seriesLabels: Labels;
  readonly exemplars: readonly { readonly labels: Labels; readonly value: string }[];
}[];

/** The few questions tests ask of Prometheus' HTTP API. */
export class PrometheusApi {
  constructor(readonly url: string) {}

  async isReady(): Promise<boolean> {
    return (await this.#fetch('/-/ready')).ok;
  }

  /** @param time in seconds since the epoch; now by default */
  async query(expression: string, time?: number): Promise<readonly QueriedSample[]> {
    const at = time === undefined ? '' : `&time=${time}`;
    const answer = await this.#get<QueryAnswer>(`/api/v1/query?query=${encodeURIComponent(expression)}${at}`);
    if (answer.resultType === 'vector') return answer.result.map(sampleOfElement);
    if (answer.resultType === 'scalar') return [sampleOf({}, answer.result)];
    throw new Error(`Expected an instant vector or a scalar from "${expression}", got a ${answer.resultType}`);
  }

  /** The exemplars of the last hour that a query selects. */
  async exemplars(query: string): Promise<readonly StoredExemplar[]> {
    const now = Date.now() / 1000;
    const range = `query=${encodeURIComponent(query)}&start=${now - 3600}&end=${now + 60}`;
    const answer = await this.#get<ExemplarsAnswer>(`/api/v1/query_exemplars?${range}`);
    return answer.flatMap(({ seriesLabels, exemplars }) =>
      exemplars.map(({ labels, value }) => ({ series: seriesLabels, labels, value: Number(value) })),
    );
  }

  async targets(): Promise<readonly Target[]> {
    const { activeTargets } = await this.#get<{ activeTargets: readonly Target[] }>('/api/v1/targets?state=active');
    return activeTargets;
  }

  async rules(): Promise<readonly LoadedRule[]> {
    const { groups } = await this.#get<{ groups: readonly { rules: readonly LoadedRule[] }[] }>('/api/v1/rules');
    return groups.flatMap(({ rules }) => rules);
  }

  async #get<T>(path: string): Promise<T> {
    const response = await this.#fetch(path);
    const { data, error }: { readonly data?: T; readonly error?: string } = JSON.parse(await response.text());
    if (data === undefined) throw new Error(`Prometheus answered ${response.status}: ${error ?? 'no data'}`);
    return data;
  }

  #fetch(path: string): Promise<Response> {
    return fetch(this.url + path, { signal: AbortSignal.timeout(10_000) });
  }
}

function sampleOfElement(element: Element): QueriedSample {
  if (element.histogram === undefined) return sampleOf(element.metric, element.value);
  const [timestamp, { count }] = element.histogram;
  return sampleOf(element.metric, [timestamp, count]);
}

function sampleOf(labels: Labels, [timestamp, text]: Point): QueriedSample {
  return { labels, value: Number(text.replace('Inf', 'Infinity')), timestamp };
}
