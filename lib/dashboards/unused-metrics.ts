/** The metrics of `lib/catalogue/nest/` that no dashboard shows, and why. */
export const UNUSED_METRICS: Readonly<Record<string, string>> = {
  process_virtual_memory_max_bytes: 'Nearly always absent, because processes have no limit of their address space.',
  nodejs_heap_space_size_available_bytes: 'Nearly the total size less the used one, which are both shown.',
  nodejs_eventloop_lag_seconds: 'One turn, measured during the scrape. The percentiles of all turns are shown.',
  nestjs_metrics_pushes_total:
    'Only with option push, and often of processes that have ended. The log says why a push failed.',
};
