/** What Prometheus itself writes for every target or rule. */
const OF_PROMETHEUS =
  /^(?:up|ALERTS|ALERTS_FOR_STATE|scrape_(?:duration_seconds|samples_scraped|samples_post_metric_relabeling|series_added|timeout_seconds|sample_limit|body_size_bytes))$/;

export function isOfPrometheus(name: string): boolean {
  return OF_PROMETHEUS.test(name);
}
