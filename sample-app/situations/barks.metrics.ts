import { boundedBy, defineCounter } from 'nestjs-prometheus-exporter';

/** A mistake, to show what happens then: clients decide how many series this metric has. */
export const KENNEL_BARKS_TOTAL = defineCounter({
  name: 'kennel_barks_total',
  help: 'Barks that were heard.',
  labels: { dog: boundedBy('nothing: any text that a client sends') },
});
