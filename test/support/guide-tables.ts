import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const page = (name: string) =>
  readFileSync(fileURLToPath(new URL(`../../docs/from-${name}.md`, import.meta.url)), 'utf8');

/** The words in backticks in the first column of the tables that begin with this heading. */
export function listed(name: string, heading: string): readonly string[] {
  const tables = page(name)
    .split(/\n\n/)
    .filter((block) => block.startsWith('|'));
  const rows = tables
    .filter((table) => table.split('|')[1]?.trim() === heading)
    .flatMap((table) => table.split('\n').slice(2));
  const cells = rows.map((row) => row.split('|')[1] ?? '');
  return cells.flatMap((cell) => Array.from(cell.matchAll(/`([^`]+)`/g), ([, code = '']) => code));
}
