import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const read = (page: string) => readFileSync(join(ROOT, page), 'utf8');
const markdownIn = (folder: string) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => join(folder, file));

const DOCS = markdownIn('docs');
const OTHERS = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'CHANGELOG.md',
  'bench/README.md',
  'sample-app/README.md',
];
const PAGES = [...OTHERS, ...DOCS, ...markdownIn('examples')];

/** Code is no link, and has no headings. */
const prose = (page: string) => read(page).replaceAll(/^```.*?^```$/gms, '');
const linksOf = (page: string) =>
  [...prose(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link).filter((link) => !/^https?:/.test(link));
const targetOf = (page: string, link: string) => join(dirname(page), link.split('#')[0] ?? '');

/** What GitHub makes of the headings of a page. The second of two alike gets a number. */
function anchorsOf(page: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const [, heading = ''] of prose(page).matchAll(/^#+ (.+)$/gm)) {
    const slug = heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_\s-]/gu, '')
      .replaceAll(' ', '-');
    let anchor = slug;
    for (let i = 1; anchors.has(anchor); i += 1) anchor = `${slug}-${i}`;
    anchors.add(anchor);
  }
  return anchors;
}

describe.each(PAGES)('the links in %s', (page) => {
  it('lead somewhere', () => {
    const dead = linksOf(page).filter((link) => {
      const target = link.startsWith('#') ? page : targetOf(page, link);
      if (!existsSync(join(ROOT, target))) return true;
      const [, anchor] = link.split('#');
      return anchor !== undefined && !anchorsOf(target).has(anchor);
    });
    expect(dead).toEqual([]);
  });
});

describe('every page', () => {
  const linkedFrom = (index: string) => linksOf(index).map((link) => targetOf(index, link));

  it('of docs/ is listed in docs/README.md', () => {
    const pages = DOCS.filter((page) => dirname(page) === 'docs' && page !== 'docs/README.md');
    expect(pages.length).toBeGreaterThan(5);
    expect(linkedFrom('docs/README.md')).toEqual(expect.arrayContaining(pages));
  });

  it('of docs/decisions/ is listed in its index, with its title', () => {
    const index = 'docs/decisions/README.md';
    const pages = DOCS.filter((page) => dirname(page) === 'docs/decisions' && page !== index);
    expect(pages.length).toBeGreaterThan(25);
    expect(linkedFrom(index).filter((page) => dirname(page) === 'docs/decisions')).toEqual(pages.toSorted());
    for (const page of pages) {
      const [, number = '', title = ''] = /^# (\d+)\. (.+)\n/.exec(read(page)) ?? [];
      expect(page).toContain(`/${number.padStart(4, '0')}-`);
      expect(read(index)).toContain(`[${number}. ${title}](`);
    }
  });
});
