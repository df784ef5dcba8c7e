import ts from 'typescript';

/** The tags used in our comments. Any other @ belongs to a decorator or a package name in the text. */
const TAGS = [
  'defaultValue',
  'errors',
  'example',
  'labels',
  'off',
  'option',
  'param',
  'platform',
  'returns',
  'since',
  'source',
  'unit',
];
const TAG = new RegExp(`(?<=^|\\s)@(${TAGS.join('|')})\\b`);

/** The TSDoc comment above a node: its text, and the text of each tag. Both are empty if there is no comment. */
export function tsdocOf(node) {
  const source = node.getSourceFile().text;
  const comments = ts.getLeadingCommentRanges(source, node.getFullStart()) ?? [];
  const comment = comments.map(({ pos, end }) => source.slice(pos, end)).findLast((text) => text.startsWith('/**'));
  return parse(comment ?? '/** */');
}

function parse(comment) {
  const content = comment
    .slice('/**'.length, -'*/'.length)
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, '').trimEnd())
    .join('\n');
  const [text = '', ...rest] = content.split(TAG);
  const tags = {};
  for (let i = 0; i < rest.length; i += 2) tags[rest[i]] = unwrapped(rest[i + 1]);
  return { text: unwrapped(text), tags };
}

/** Joins the lines of each paragraph. */
function unwrapped(text) {
  return text
    .trim()
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.replaceAll(/\s*\n\s*/g, ' '))
    .join('\n\n');
}
