import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Terminal } from '../../lib/cli/terminal.js';
import { program } from '../../lib/cli/program.js';

const TEXT = readFileSync(new URL('../../docs/command-line.md', import.meta.url), 'utf8');

/** The commands are only looked at, so nothing is read or printed. */
const root = program({ terminal: {} as Terminal, status: 0 });
const flagsOf = ({ options }: { readonly options: typeof root.options }) => options.map(({ flags }) => flags);

/** The first cells of the tables of flags. */
const documented = [...TEXT.matchAll(/^\| `(--[^`]+)`/gm)].map(([, flags = '']) => flags);
/** The flags in the table below a heading or a sentence. */
const tableAfter = (start: string) => {
  const [, section = ''] = TEXT.split(start);
  const table = /^\|(?:.*\|\n)+/m.exec(section)?.[0] ?? '';
  return [...table.matchAll(/^\| `(--[^`]+)`/gm)].map(([, flags = '']) => flags);
};

describe('docs/command-line.md', () => {
  it('has every flag of every command, and no other', () => {
    const flags = new Set(root.commands.flatMap(flagsOf));
    expect(flags.size).toBeGreaterThan(25);
    expect(documented.toSorted()).toEqual([...new Set(documented)].concat('--json', '--json').toSorted());
    expect([...new Set(documented)].toSorted()).toEqual([...flags].toSorted());
  });

  it.each([
    ['check', '## Check an endpoint\n', '| flag '],
    ['top', '## Watch routes and statements\n', '| flag '],
    ['diff', '## Compare two versions\n', '| flag '],
  ])('has the flags of %s in its section', (name, section, table) => {
    const [, text = ''] = TEXT.split(section);
    const listed = tableAfter(`${table}${text.split(table)[1]?.split('\n')[0] ?? ''}\n`);
    const shared = tableAfter('These flags belong to every command that reads an endpoint:\n');
    expect(shared).toHaveLength(4);
    const command = root.commands.find((one) => one.name() === name);
    expect([...listed, ...shared].toSorted()).toEqual(flagsOf(command!).toSorted());
  });

  it('says the defaults of the flags', () => {
    for (const { flags, defaultValue } of root.commands.flatMap(({ options }) => options)) {
      if (defaultValue === undefined) continue;
      const rows = TEXT.split('\n').filter((line) => line.startsWith(`| \`${flags}\` `));
      expect({ flags, rows }).toMatchObject({ flags, rows: [expect.stringContaining(`\`${String(defaultValue)}\``)] });
    }
  });

  it('names every command', () => {
    for (const command of root.commands) expect(TEXT).toContain(`npx nestjs-prometheus-exporter ${command.name()} `);
  });
});
