import { Anchors, code, facts, GENERATED, table } from './markdown.mjs';
import { optionsOf } from './option-docs.mjs';
import { OPTION_MODULES, OPTIONS_INTRODUCTION } from './option-subjects.mjs';

export function optionsPage({ rules, variableOf }) {
  const anchors = new Anchors();
  const modules = OPTION_MODULES.map((one) => {
    const options = optionsOf(one.type, rules[one.rules]);
    return moduleSection(one, one.rules === 'prometheus' ? withVariables(options, variableOf) : options, anchors);
  });
  return ['# Options', GENERATED, OPTIONS_INTRODUCTION, ...modules].join('\n\n');
}

/** The variables that `register` reads. */
function withVariables(options, variableOf) {
  return options.map((option) => (option.isText ? { ...option, variable: variableOf(option.option) } : option));
}

function moduleSection({ title, introduction, subjects }, options, anchors) {
  anchors.add(title);
  const inOrder = subjects.map((subject) => ({
    ...subject,
    options: subject.names.flatMap((name) => options.filter(({ option }) => topOf(option) === name)),
  }));
  const grouped = inOrder.flatMap((subject) => subject.options);
  const lost = options.find((option) => !grouped.includes(option));
  if (lost !== undefined) throw new Error(`${lost.option} has no group in scripts/docs/option-subjects.mjs.`);
  return [`## ${title}`, introduction, ...inOrder.map((subject) => subjectSection(subject, anchors))].join('\n\n');
}

const topOf = (option) => option.split('.')[0];

function subjectSection({ title, introduction, options }, anchors) {
  anchors.add(title);
  const anchored = options.map((option) => ({ ...option, anchor: anchors.add(option.option) }));
  return [
    `### ${title}`,
    introduction,
    table(['option', 'default', 'what it does'], anchored.map(row)),
    ...anchored.map(details),
  ].join('\n\n');
}

function row({ option, anchor, isRequired, doc }) {
  const fallback = isRequired ? 'required' : (doc.tags.defaultValue ?? '–');
  return [`[${code(option)}](#${anchor})`, fallback, firstSentence(doc.text)];
}

const firstSentence = (text) => /^.*?\.(?=\s|$)/s.exec(text)?.[0] ?? text;

function details({ option, type, doc, expected, variable }) {
  const list = facts([
    ['Type', code(type)],
    ['Default', doc.tags.defaultValue],
    ['Accepted', expected],
    ['Variable', variable && code(variable)],
  ]);
  return [`#### ${code(option)}`, doc.text, list].join('\n\n');
}
