import { PanelBuilder, YAxisConfigBuilder } from '@grafana/grafana-foundation-sdk/heatmap';
import { PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { type Heatmap } from '../dashboard-plan.js';
import { DATA_SOURCE } from './data-source.js';
import { target } from './target.js';

export function heatmapPanel(heatmap: Heatmap, text: (plain: string) => string): PanelBuilder {
  return new PanelBuilder()
    .title(heatmap.title)
    .description(heatmap.description)
    .datasource(DATA_SOURCE)
    .unit('short')
    .yAxis(new YAxisConfigBuilder().unit(heatmap.unit))
    .span(heatmap.width ?? 8)
    .height(8)
    .targets([target(text(heatmap.query)).format(PromQueryFormat.Heatmap).legendFormat('{{le}}')]);
}
