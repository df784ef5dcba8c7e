// Every query in the files that operators get from us. The page of metrics links to them, and the contract tests check
// what they name.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { consoleQueries } from './console-queries.js';
import { dashboardQueries } from './dashboard-queries.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const RULES = 'examples/prometheus/rules/';
const DASHBOARDS = 'examples/grafana/';
const CONSOLES = 'examples/prometheus/consoles/';

export interface OperatorQuery {
  /** Path from the root of the repository. */
  readonly file: string;
  readonly kind: 'record' | 'alert' | 'dashboard' | 'console';
  /** The recorded metric, the alert, the title of the dashboard, or the file of the console. */
  readonly title: string;
  readonly expression: string;
  /** Labels that the texts beside the query show, such as legends and descriptions. */
  readonly shown: readonly string[];
  /** Labels that a recording rule gives to what it records. */
  readonly added?: readonly string[];
}

interface RuleFile {
  readonly groups: readonly { readonly rules: readonly RuleOfFile[] }[];
}

interface RuleOfFile {
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** @param root the folder that `examples/` is in; with a slash at its end */
export function operatorQueries(root = ROOT): readonly OperatorQuery[] {
  const read = (folder: string, ending: string, queriesIn: (text: string, file: string) => readonly OperatorQuery[]) =>
    filesIn(root + folder, ending).flatMap((name) =>
      queriesIn(readFileSync(root + folder + name, 'utf8'), folder + name),
    );
  return [
    ...read(RULES, '.yml', ruleQueries),
    ...read(DASHBOARDS, '.json', dashboardQueries),
    ...read(CONSOLES, '.html', consoleQueries),
  ];
}

/** Sorted by name. None if there is no such folder. */
function filesIn(folder: string, ending: string): readonly string[] {
  return existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith(ending))
        .toSorted()
    : [];
}

function ruleQueries(text: string, file: string): readonly OperatorQuery[] {
  const { groups } = parse(text) as RuleFile;
  return groups.flatMap(({ rules }) =>
    rules.map(({ record, alert, expr, labels = {}, annotations = {} }) => {
      const kind = record === undefined ? 'alert' : 'record';
      const shown = Array.from(
        Object.values(annotations)
          .join('\n')
          .matchAll(/\$labels\.(\w+)/g),
        ([, label = '']) => label,
      );
      const added = Object.keys(labels);
      return { file, kind, title: record ?? alert ?? '', expression: expr, shown, added } as const;
    }),
  );
}
