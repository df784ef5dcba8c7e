import {
  LegendDisplayMode,
  LegendPlacement,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { type Graph } from '../dashboard-plan.js';
import { DATA_SOURCE } from './data-source.js';
import { target } from './target.js';

export function graphPanel(graph: Graph, text: (plain: string) => string): PanelBuilder {
  const panel = new PanelBuilder()
    .title(graph.title)
    .description(graph.description)
    .datasource(DATA_SOURCE)
    .unit(graph.unit)
    .min(0)
    .span(graph.width ?? 8)
    .height(8)
    .lineWidth(1)
    .fillOpacity(graph.isStacked ? 40 : 5)
    .showPoints(VisibilityMode.Never)
    .legend(legend())
    // oxlint-disable-next-line unicorn/no-array-sort -- a method of the builder
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending))
    .targets(
      Object.entries(graph.queries).map(([series, query], index) => target(text(query), index).legendFormat(series)),
    );
  if (graph.isStacked) panel.stacking(new StackingConfigBuilder().mode(StackingMode.Normal));
  if (graph.max !== undefined) panel.max(graph.max);
  return panel;
}

function legend(): VizLegendOptionsBuilder {
  return new VizLegendOptionsBuilder()
    .showLegend(true)
    .displayMode(LegendDisplayMode.List)
    .placement(LegendPlacement.Bottom);
}
