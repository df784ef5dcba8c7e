import { type FamilyHead } from './format.js';
import { numberText } from './number-text.js';
import { textual } from './textual.js';

/** The Prometheus text format, version 0.0.4. */
export const TEXT = textual({
  contentType: 'text/plain; version=0.0.4; charset=utf-8',
  head: ({ name, help, type }) =>
    `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${type === 'unknown' ? 'untyped' : type}\n`,
  familyName: ({ name }: FamilyHead) => name,
  bound: numberText,
  exemplar: undefined,
  hasCreated: false,
  end: '',
});

function escapeHelp(help: string): string {
  return help
    .toWellFormed()
    .replaceAll('\\', '\\\\')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', ' ')
    .replaceAll('\0', ' ');
}
