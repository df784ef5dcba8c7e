import {
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  RowBuilder,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { type DashboardPlan, type Panel, type Row } from '../dashboard-plan.js';
import { type DashboardSettings } from '../dashboard-settings.js';
import { queryText } from '../queries/query-text.js';
import { graphPanel } from './graph.js';
import { heatmapPanel } from './heatmap.js';
import { linksBetween } from './links.js';
import { statPanel } from './stat.js';
import { tablePanel } from './table.js';
import { matchersOf, variablesOf } from './variables.js';

/** The dashboard in Grafana's model, with links to the others. */
export function grafanaDashboard(
  plan: DashboardPlan,
  all: readonly DashboardPlan[],
  settings: DashboardSettings,
): Dashboard {
  const matchers = matchersOf(plan);
  const text = (plain: string) => queryText(plain, settings, matchers);
  const dashboard = new DashboardBuilder(plan.title)
    .uid(plan.uid)
    .description(plan.description)
    .tags(['nestjs-prometheus-exporter'])
    .readonly()
    .tooltip(DashboardCursorSync.Crosshair)
    .time({ from: 'now-1h', to: 'now' })
    .refresh('30s')
    .variables(variablesOf(plan, settings))
    .annotations([])
    .links(linksBetween(all, plan));
  const isWritten = (uid: string) => all.some((other) => other.uid === uid);
  addRows(dashboard, { ...plan, rows: plan.rows.map((row) => withLinksTo(isWritten, row)) }, text);
  return dashboard.build();
}

/** Tables link to dashboards that are written as well, and not to those of another naming. */
function withLinksTo(isWritten: (uid: string) => boolean, row: Row): Row {
  const panels = row.panels.map((panel) => {
    if (panel.kind !== 'table' || !panel.link || isWritten(panel.link.uid)) return panel;
    const { link: _link, ...others } = panel;
    return others;
  });
  return { ...row, panels };
}

function addRows(dashboard: DashboardBuilder, { rows }: DashboardPlan, text: (plain: string) => string): void {
  let id = 0;
  for (const { title, isCollapsed = false, panels } of rows) {
    const row = new RowBuilder(title).id(++id).collapsed(isCollapsed);
    const built = panels.map((panel) => panelOf(panel, text).id(++id));
    if (isCollapsed) for (const panel of built) row.withPanel(panel);
    dashboard.withRow(row);
    if (!isCollapsed) for (const panel of built) dashboard.withPanel(panel);
  }
}

function panelOf(panel: Panel, text: (plain: string) => string) {
  if (panel.kind === 'graph') return graphPanel(panel, text);
  if (panel.kind === 'stat') return statPanel(panel, text);
  return panel.kind === 'heatmap' ? heatmapPanel(panel, text) : tablePanel(panel, text);
}
