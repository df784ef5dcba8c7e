import { DataqueryBuilder, PromQueryFormat, QueryEditorMode } from '@grafana/grafana-foundation-sdk/prometheus';
import { DATA_SOURCE } from './data-source.js';

const FIRST = 'A'.charCodeAt(0);

/** The query at a place of a panel. Those of the first 26 places have the names A to Z. */
export function target(expression: string, index = 0): DataqueryBuilder {
  return new DataqueryBuilder()
    .datasource(DATA_SOURCE)
    .editorMode(QueryEditorMode.Code)
    .expr(expression)
    .refId(refId(index))
    .range();
}

/** As it is at the end of the shown time, for a table. */
export function tableTarget(expression: string, index: number): DataqueryBuilder {
  return target(expression, index).instant().format(PromQueryFormat.Table);
}

export function refId(index: number): string {
  return String.fromCharCode(FIRST + index);
}
