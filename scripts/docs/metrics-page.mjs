import { Anchors, code, facts, GENERATED, table } from './markdown.mjs';
import { metricsIn } from './metric-docs.mjs';
import { METRIC_PAGES } from './metric-pages.mjs';

const NO_LABELS = '–';

/** What the modes of merging give. */
const MERGED = {
  sum: 'the sum',
  max: 'the largest value',
  min: 'the smallest value',
  mostRecent: 'the value that was set last',
  each: 'a series for each of them, with the label `process`',
};

/** The pages of all namings, by their file name. */
export function metricsPages({ definitions, uses }) {
  const files = METRIC_PAGES.flatMap(({ subjects }) => subjects.map(({ file }) => file));
  const unknown = definitions.find(({ file }) => !files.includes(file));
  if (unknown !== undefined) throw new Error(`${unknown.source} has no entry in scripts/docs/metric-pages.mjs.`);
  return Object.fromEntries(METRIC_PAGES.map((page) => [page.name, metricsPage(page, definitions, uses)]));
}

function metricsPage({ title, introduction, subjects }, definitions, uses) {
  const anchors = new Anchors();
  const sections = subjects.map((subject) =>
    section(
      subject,
      definitions.find(({ file }) => file === subject.file),
      anchors,
      uses,
    ),
  );
  return [`# ${title}`, GENERATED, introduction, ...sections].join('\n\n');
}

function section({ title, introduction, buckets, off }, file, anchors, uses) {
  anchors.add(title);
  const metrics = metricsIn(file).map((metric) => ({ ...metric, anchor: anchors.add(metric.name) }));
  return [
    `## ${title}`,
    introduction,
    table(['metric', 'type', 'labels', 'help'], metrics.map(row)),
    labelTable(metrics),
    ...metrics.map((metric) => details(metric, bucketsOf(metric, file.exports, buckets), off, uses.of(metric.name))),
  ].join('\n\n');
}

function row({ name, type, labels, help, anchor, doc }) {
  const only = doc.tags.option === undefined ? '' : ` Only with ${doc.tags.option}.`;
  const names = Object.keys(labels).map(code).join(', ');
  return [`[${code(name)}](#${anchor})`, type, names || NO_LABELS, help + only];
}

/** The values of each label. Metrics that share a label with the same values share a row. */
function labelTable(metrics) {
  const bounds = new Map();
  for (const { name, labels } of metrics) {
    for (const [label, bound] of Object.entries(labels)) {
      const key = JSON.stringify([label, bound]);
      const known = bounds.get(key) ?? { label, bound, names: [] };
      bounds.set(key, { ...known, names: [...known.names, name] });
    }
  }
  if (bounds.size === 0) return '';
  const all = [...bounds.values()];
  const rows = all.map(({ label, bound, names }) => {
    const isShared = all.some((other) => other.label === label && other.bound !== bound);
    return [isShared ? `${code(label)} of ${names.map(code).join(', ')}` : code(label), valuesOf(bound)];
  });
  return table(['label', 'values'], rows);
}

const valuesOf = ({ values, boundedBy }) => values?.map(code).join(', ') ?? boundedBy;

function details({ name, labels: bounds, merge = 'sum', doc }, buckets, off, uses) {
  const { unit, labels, source, errors, platform, option, example, since } = doc.tags;
  const list = facts([
    ['Only with', option],
    ['Off with', [off, doc.tags.off].filter(Boolean).join(', ')],
    ['Unit', unit],
    ['Buckets', buckets],
    ['Labels', labelNotes(labels, bounds)],
    ['Several processes', MERGED[merge]],
    ['Note', source],
    ['Note', errors],
    ['Platform', platform],
    ['Dashboards', linksTo(uses, 'dashboard')],
    ['Consoles', linksTo(uses, 'console')],
    ['Alerts', linksTo(uses, 'alert')],
    ['Recording rules', linksTo(uses, 'record')],
    ['Since', since],
  ]);
  return [`### ${code(name)}`, doc.text, list, exampleBlock(name, example)].filter(Boolean).join('\n\n');
}

/** Alerts link to their runbooks, recording rules to the file that they are in, which contains many of them. */
function linksTo(uses, kind) {
  const links = uses
    .filter((use) => use.kind === kind)
    .map(({ file, title }) => {
      if (kind === 'alert') return `[${title}](runbooks/${title}.md)`;
      return `[${kind === 'record' ? file.split('/').at(-1) : title}](../${file})`;
    });
  return [...new Set(links)].join(', ');
}

/** `@example What it tells: \`the query\``. Those of other namings than `nest` have none. */
function exampleBlock(name, example) {
  if (example === undefined) return undefined;
  const [, title, query] = /^(.+): `([^`]+)`$/s.exec(example) ?? [];
  if (query === undefined) throw new Error(`The @example of ${name} is not a title and a query in backticks.`);
  return `${title}:\n\n\`\`\`promql\n${query}\n\`\`\``;
}

/**
 * The part of the `@labels` tag that the table of labels does not contain. Plain lists of values and references to
 * another metric are left out.
 */
function labelNotes(text = '', labels) {
  const notes = text.split(/; (?=[a-z_, ]+: )/).filter((note) => {
    const [names, said] = note.split(/: (.*)/);
    return !/^(?:as `|closed set)/.test(said) && said?.replaceAll('`', '') !== labels[names]?.values?.join(', ');
  });
  return notes.map((note) => note.replaceAll(/(?<=^|, )[a-z_]+(?=[a-z_, ]*: )/g, code)).join('; ');
}

function bucketsOf(metric, exports, replaced) {
  if (metric.buckets === undefined) return undefined;
  const list = metric.buckets.map(String).join(', ');
  const isReplaced = replaced !== undefined && String(metric.buckets) === String(exports[replaced.constant]);
  return isReplaced ? `${list}, unless ${code(replaced.option)} is set` : list;
}
