import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { packLibrary } from '../support/installed-app.js';

const REPOSITORY = 'https://github.com/nestjs-prometheus-exporter/nestjs-prometheus-exporter';
const path = (relative: string) => fileURLToPath(new URL(`../../${relative}`, import.meta.url));
const tarball = packLibrary();
const tar = (...args: readonly string[]) => execFileSync('tar', [...args], { encoding: 'utf8' });

interface Manifest {
  readonly repository: { readonly url: string };
  readonly bugs: string;
  readonly homepage: string;
  readonly bin: Readonly<Record<string, string>>;
  readonly engines: { readonly node: string };
  readonly scripts: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta: Readonly<Record<string, { readonly optional: boolean }>>;
}

/** What a user gets, not what the repository has. */
const manifest = JSON.parse(tar('-xzOf', tarball, 'package/package.json')) as Manifest;

describe('the package', () => {
  it('brings what its readers look for', () => {
    const files = tar('-tzf', tarball).split('\n');
    for (const name of ['README.md', 'CHANGELOG.md', 'SECURITY.md', 'LICENSE'])
      expect(files).toContain(`package/${name}`);
  });

  it('brings a command, with the licences of what is bundled into it, and nothing of Nest in it', () => {
    expect(manifest.bin).toEqual({ 'nestjs-prometheus-exporter': './dist/cli/cli.js' });
    expect(tar('-xzOf', tarball, 'package/dist/cli/cli.js')).toMatch(/^#!\/usr\/bin\/env node\n/);
    expect(tar('-tvzf', tarball)).toMatch(/^-rwxr-xr-x .* package\/dist\/cli\/cli\.js$/m);
    const licences = tar('-xzOf', tarball, 'package/dist/cli/THIRD-PARTY-LICENSES.txt');
    const bundled = [...licences.matchAll(/^(\S+) v?\d+\.\d+\.\d+ \(/gm)].map(([, name]) => name);
    expect(bundled).toEqual(
      expect.arrayContaining(['commander', 'yaml', 'cli-table3', '@prometheus-io/lezer-promql', '@lezer/lr']),
    );
    expect(bundled.filter((name) => /nest|typeorm|prom-client|rxjs/.test(String(name)))).toEqual([]);
  });

  it('has nothing that npm runs when it is installed', () => {
    const run = ['preinstall', 'install', 'postinstall', 'preprepare', 'prepare', 'postprepare'];
    expect(Object.keys(manifest.scripts).filter((name) => run.includes(name))).toEqual([]);
  });

  it('says where it comes from and where to complain', () => {
    expect(manifest.repository.url).toBe(`git+${REPOSITORY}.git`);
    expect(manifest.bugs).toBe(`${REPOSITORY}/issues`);
    expect(manifest.homepage).toBe(`${REPOSITORY}#readme`);
  });
});

describe('the versions in the README', () => {
  const [, section = ''] = /\n## Compatibility\n(.*?)\n## /s.exec(readFileSync(path('README.md'), 'utf8')) ?? [];
  const rows = [...section.matchAll(/^\| (?:`([^`]+)`|(Node)) +\| `([^`]+)` +\| (.+?) +\|$/gm)].map(
    ([, name = 'Node', , range = '', needed = '']) => ({ name, range: range.replaceAll('\\|', '|'), needed }),
  );
  const named = (isAlways: boolean) =>
    Object.fromEntries(
      rows.filter(({ needed }) => needed.startsWith('always') === isAlways).map(({ name, range }) => [name, range]),
    );
  const peers = (areOptional: boolean) =>
    Object.fromEntries(
      Object.entries(manifest.peerDependencies).filter(
        ([name]) => (manifest.peerDependenciesMeta[name]?.optional ?? false) === areOptional,
      ),
    );

  it('are those of the package', () => {
    expect(named(true)).toEqual({ Node: manifest.engines.node, ...peers(false) });
    expect(named(false)).toEqual(peers(true));
  });
});

describe.each(readdirSync(path('.github/workflows')))('the workflow %s', (name) => {
  const text = readFileSync(path(`.github/workflows/${name}`), 'utf8');

  it('uses actions by commit, which nobody can move', () => {
    const foreign = [...text.matchAll(/uses: (.+)/g)]
      .map(([, action = '']) => action)
      .filter((action) => action[0] !== '.');
    expect(foreign).not.toEqual([]);
    for (const action of foreign) expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  it('may do no more than read, unless a job says so', () => {
    expect(text).toMatch(/^permissions:\n {2}contents: read\n\n/m);
  });
});

it('a pull request runs .ci/run, and a tag publishes with provenance after it', () => {
  const workflow = (name: string) => readFileSync(path(`.github/workflows/${name}`), 'utf8');
  expect(workflow('ci.yml')).toMatch(/^ {2}pull_request:$/m);
  expect(workflow('ci.yml')).toContain('run: .ci/run\n');
  expect(workflow('release.yml')).toContain('uses: ./.github/workflows/ci.yml\n');
  expect(workflow('release.yml')).toContain('needs: ci\n');
  expect(workflow('release.yml')).toContain('id-token: write\n');
  expect(workflow('release.yml')).toContain('npm publish --provenance');
});

/** On Node 20 it ends the process of the tests, so that nobody learns why. */
it('tests take SQLite from test/support/sqlite.ts, which knows where better-sqlite3 runs', () => {
  const files = ['test', 'sample-app', 'bench'].flatMap((folder) =>
    readdirSync(path(folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.includes('node_modules'))
      .map((file) => `${folder}/${file}`),
  );
  const users = files.filter((file) => /type: 'better-sqlite3'/.test(readFileSync(path(file), 'utf8')));
  expect(users.toSorted()).toEqual([
    'test/contract/package.test.ts',
    'test/support/accuracy/databases.ts',
    'test/support/sqlite.ts',
  ]);
});
