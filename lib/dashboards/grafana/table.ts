import { TableSortByFieldStateBuilder } from '@grafana/grafana-foundation-sdk/common';
import { type DataTransformerConfig, type DynamicConfigValue } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/table';
import { type Column, type Table } from '../dashboard-plan.js';
import { DATA_SOURCE } from './data-source.js';
import { linkWith } from './links.js';
import { refId, tableTarget } from './target.js';

/** The results of all queries are merged: one row per label set, one column per query. */
export function tablePanel(table: Table, text: (plain: string) => string): PanelBuilder {
  const { columns, labels, link, sortedBy } = table;
  const panel = new PanelBuilder()
    .title(table.title)
    .description(table.description)
    .datasource(DATA_SOURCE)
    .span(table.width ?? 24)
    .height(9)
    .filterable(true)
    .targets(columns.map(({ query }, index) => tableTarget(text(query), index)))
    .transformations([{ id: 'merge', options: {} }, arranged(table)]);
  for (const { title, unit, isHidden } of columns) {
    if (!isHidden) panel.overrideByName(title, [{ id: 'unit', value: unit }]);
  }
  if (link) panel.overrideByName(labels[link.label] ?? link.label, [linkOf(link)]);
  if (sortedBy !== undefined) panel.sortBy([new TableSortByFieldStateBuilder().displayName(sortedBy).desc(true)]);
  return panel;
}

/** Titles for the columns, labels first, and neither the time nor hidden values. */
function arranged({ columns, labels }: Table): DataTransformerConfig {
  const values = columns.map((column, index) => ({ ...column, field: fieldOf(columns, index) }));
  const fields = [...Object.keys(labels), ...values.map(({ field }) => field)];
  return {
    id: 'organize',
    options: {
      excludeByName: Object.fromEntries([
        ['Time', true],
        ...values.filter(({ isHidden }) => isHidden).map(({ field }) => [field, true]),
      ]),
      indexByName: Object.fromEntries(fields.map((field, index) => [field, index])),
      renameByName: { ...labels, ...Object.fromEntries(values.map(({ field, title }) => [field, title])) },
    },
  };
}

/** What Grafana calls the value of a query in a table. */
function fieldOf(columns: readonly Column[], index: number): string {
  return columns.length === 1 ? 'Value' : `Value #${refId(index)}`;
}

function linkOf({ label, uid, title }: NonNullable<Table['link']>): DynamicConfigValue {
  return { id: 'links', value: [{ title, url: linkWith(uid, label) }] };
}
