import { parseAllDocuments } from 'yaml';
import { CommandFault } from '../command-fault.js';
import { readFile } from '../read/source.js';
import { type ExpressionFile, type PlacedExpression, usesIn } from './expression-file.js';
import { isList, isRecord } from './shapes.js';

interface Rule {
  readonly name: string;
  readonly isRecord: boolean;
  readonly expression: string;
}

/** Reads a rule file of Prometheus, or a `PrometheusRule` of the Prometheus Operator. */
export async function readRuleFile(path: string): Promise<ExpressionFile> {
  const { text } = await readFile(path);
  const rules = documentsIn(text, path).flatMap((document) => rulesIn(document, path));
  const expressions = rules.map(({ name, expression }): PlacedExpression => ({ where: `rule ${name}`, expression }));
  const records = rules.filter(({ isRecord: isRecorded }) => isRecorded).map(({ name }) => name);
  return { path, uses: usesIn(path, expressions), records };
}

function documentsIn(text: string, path: string): readonly unknown[] {
  const documents = parseAllDocuments(text);
  const [fault] = documents.flatMap(({ errors }) => errors);
  if (fault) throw new CommandFault(`${path} is not YAML: ${fault.message.split('\n')[0]?.replace(/:$/, '')}.`);
  return Array.from(documents, (document): unknown => document.toJS());
}

function rulesIn(document: unknown, path: string): readonly Rule[] {
  const holder = isRecord(document) && isRecord(document['spec']) ? document['spec'] : document;
  const groups = isRecord(holder) ? holder['groups'] : undefined;
  if (!isList(groups)) {
    throw new CommandFault(`${path} is not a rule file of Prometheus: expected a list of \`groups\`.`);
  }
  return groups.flatMap((group) => {
    const rules = isRecord(group) ? (group['rules'] ?? []) : undefined;
    if (!isList(rules)) throw new CommandFault(`${path} has a group without a list of \`rules\`.`);
    return rules.map((rule) => ruleOf(rule, path));
  });
}

function ruleOf(rule: unknown, path: string): Rule {
  const { record, alert, expr } = isRecord(rule) ? rule : {};
  const name = record ?? alert;
  // A constant such as `expr: 1` is a number in YAML.
  const expression = typeof expr === 'number' ? String(expr) : expr;
  if (typeof name !== 'string' || typeof expression !== 'string') {
    throw new CommandFault(`${path} has a rule without \`expr\` and \`record\` or \`alert\`.`);
  }
  return { name, isRecord: record !== undefined, expression };
}
