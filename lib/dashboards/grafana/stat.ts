import { BigValueGraphMode, ReduceDataOptionsBuilder } from '@grafana/grafana-foundation-sdk/common';
import {
  FieldColorBuilder,
  FieldColorModeId,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { type Stat } from '../dashboard-plan.js';
import { DATA_SOURCE } from './data-source.js';
import { target } from './target.js';

export function statPanel(stat: Stat, text: (plain: string) => string): PanelBuilder {
  const panel = new PanelBuilder()
    .title(stat.title)
    .description(stat.description)
    .datasource(DATA_SOURCE)
    .unit(stat.unit)
    .span(stat.width ?? 4)
    .height(4)
    .graphMode(BigValueGraphMode.None)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']))
    .targets([target(text(stat.query)).instant()]);
  return colored(panel, stat.warnings);
}

function colored(panel: PanelBuilder, warnings: Stat['warnings']): PanelBuilder {
  if (!warnings) return panel.colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Fixed).fixedColor('text'));
  const steps = [
    { value: null, color: 'green' },
    { value: warnings.yellow, color: 'yellow' },
    { value: warnings.red, color: 'red' },
  ];
  return panel.thresholds(new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(steps));
}
