import { type UnitTestTree } from '@angular-devkit/schematics/testing/index.js';
import ts from 'typescript';
import { beforeAll, describe, expect, it } from 'vitest';
import { nestAdd } from '../../lib/schematics/nest-add.js';
import { addImport } from '../../lib/schematics/nest-add/add-import.js';
import { GeneratedApp } from '../support/generated-app.js';

const IMPORT = "import { PrometheusModule } from 'nestjs-prometheus-exporter';";

/** Runs the schematic and gives what it said. */
function add(files: UnitTestTree, sourceRoot?: string): readonly string[] {
  const said: string[] = [];
  nestAdd(sourceRoot === undefined ? {} : { sourceRoot })(files, { logger: { info: (line) => void said.push(line) } });
  return said;
}

describe('nest add in what nest new generates', () => {
  let generated: Readonly<Record<'esm' | 'cjs' | 'monorepo', UnitTestTree>>;
  beforeAll(async () => {
    const apps = new GeneratedApp();
    generated = {
      esm: await apps.application('esm'),
      cjs: await apps.application('cjs'),
      monorepo: await apps.monorepo(),
    };
  });

  it.each(['esm', 'cjs'] as const)('imports the module, %s', (type) => {
    const files = generated[type];
    const said = add(files);
    const text = files.readText('src/app.module.ts');
    expect(text).toContain(`\n${IMPORT}\n`);
    expect(text).toContain('\n  imports: [PrometheusModule.forRoot()],\n');
    expect(said[0]).toBe('src/app.module.ts imports PrometheusModule.forRoot() now. What to do next:');
    expect(said.length).toBeGreaterThan(2);
  });

  it.each(['esm', 'cjs'] as const)('changes nothing when it is run again, %s', (type) => {
    const files = generated[type];
    const before = files.readText('src/app.module.ts');
    expect(add(files)).toEqual(['src/app.module.ts imports PrometheusModule already: nothing was changed.']);
    expect(files.readText('src/app.module.ts')).toBe(before);
  });

  /** Its name depends on the folder in which the tests run. */
  const defaultModule = (files: UnitTestTree) => {
    const { sourceRoot } = JSON.parse(files.readText('nest-cli.json')) as { readonly sourceRoot: string };
    return files.readText(`${sourceRoot}/app.module.ts`);
  };

  it('changes the project that is asked for, and no other', () => {
    const files = generated.monorepo;
    add(files, 'apps/shop/src');
    expect(files.readText('apps/shop/src/shop.module.ts')).toContain('PrometheusModule.forRoot()');
    expect(defaultModule(files)).not.toContain('PrometheusModule');
  });

  it('changes the default project where none is asked for', () => {
    add(generated.monorepo);
    expect(defaultModule(generated.monorepo)).toContain('PrometheusModule.forRoot()');
  });
});

describe('the root module', () => {
  const empty = async (): Promise<UnitTestTree> => {
    const files = await new GeneratedApp().application('esm');
    files.delete('src/app.module.ts');
    return files;
  };

  it.each<[string, string, string]>([
    ['of another name', "import { Root } from './root.js'; NestFactory.create<Application>(Root, {});", 'src/root.ts'],
    ['made by a method', "import { Root } from './root'; NestFactory.create(Root.forEnvironment());", 'src/root.ts'],
    ['under an alias', "import { Root as App } from './root.js'; NestFactory.createMicroservice(App);", 'src/root.ts'],
    ['exported by default', "import Root from './root.js'; NestFactory.createApplicationContext(Root);", 'src/root.ts'],
    ['in the entry file', '@Module({})\nclass Root {}\nNestFactory.create(Root);', 'src/main.ts'],
  ])('is found %s', async (_, main, path) => {
    const files = await empty();
    files.overwrite('src/main.ts', `import { NestFactory } from '@nestjs/core';\n${main}\n`);
    if (path !== 'src/main.ts')
      files.create(path, "import { Module } from '@nestjs/common';\n@Module({})\nexport class Root {}\n");
    add(files);
    expect(files.readText(path)).toContain('imports: [PrometheusModule.forRoot()]');
  });

  it('is found from another entry file and folder of the configuration', async () => {
    const files = await empty();
    files.overwrite('nest-cli.json', '{ "sourceRoot": "./server/", "entryFile": "start" }');
    files.create('server/start.ts', "import { Root } from './root.js';\nNestFactory.create(Root);\n");
    files.create('server/root.ts', '@Module({})\nexport class Root {}\n');
    add(files);
    expect(files.readText('server/root.ts')).toContain('PrometheusModule.forRoot()');
  });

  it('that is not found is told in one sentence', async () => {
    const files = await empty();
    files.overwrite('src/main.ts', 'start();\n');
    expect(() => add(files)).toThrow(
      'Expected src/main.ts to give a root module to NestFactory.create(), found none: import PrometheusModule.forRoot() into the root module by hand.',
    );
  });
});

describe('the import is added to', () => {
  it.each<[string, string, string]>([
    ['no metadata', '@Module()', '@Module({\n  imports: [PrometheusModule.forRoot()],\n})'],
    ['empty metadata', '@Module({})', '@Module({\n  imports: [PrometheusModule.forRoot()],\n})'],
    [
      'metadata on one line',
      '@Module({ providers: [A] })',
      '@Module({ imports: [PrometheusModule.forRoot()], providers: [A] })',
    ],
    [
      'metadata without spaces',
      '@Module({providers:[A]})',
      '@Module({imports: [PrometheusModule.forRoot()], providers:[A]})',
    ],
    [
      'metadata without imports',
      '@Module({\n\tproviders: [A],\n})',
      '@Module({\n\timports: [PrometheusModule.forRoot()],\n\tproviders: [A],\n})',
    ],
    ['an empty list', '@Module({ imports: [] })', '@Module({ imports: [PrometheusModule.forRoot()] })'],
    ['a list', '@Module({ imports: [A, B] })', '@Module({ imports: [PrometheusModule.forRoot(), A, B] })'],
    [
      'a list of lines',
      '@Module({\n    imports: [\n        A,\n        forwardRef(() => B)\n    ]\n})',
      '@Module({\n    imports: [\n        PrometheusModule.forRoot(),\n        A,\n        forwardRef(() => B)\n    ]\n})',
    ],
    [
      'a list with comments',
      '@Module({\n  imports: [ // ours\n    A, // first\n    /* B, */\n  ],\n})',
      '@Module({\n  imports: [\n    PrometheusModule.forRoot(), // ours\n    A, // first\n    /* B, */\n  ],\n})',
    ],
    [
      'a list of comments only',
      '@Module({\n  imports: [\n    // none yet\n  ],\n})',
      '@Module({\n  imports: [\n    PrometheusModule.forRoot(),\n    // none yet\n  ],\n})',
    ],
    ['a quoted name', "@Module({ 'imports': [A] })", "@Module({ 'imports': [PrometheusModule.forRoot(), A] })"],
    ['a constant', '@Module({ imports: all })', '@Module({ imports: [PrometheusModule.forRoot(), ...(all)] })'],
    ['a shorthand', '@Module({ imports })', '@Module({ imports: [PrometheusModule.forRoot(), ...imports] })'],
    [
      'metadata in a constant',
      '@Module(metadata)',
      '@Module({ ...metadata, imports: [PrometheusModule.forRoot(), ...(metadata.imports ?? [])] })',
    ],
    [
      'a decorator of a namespace',
      '@nest.Module({ imports: [A] })',
      '@nest.Module({ imports: [PrometheusModule.forRoot(), A] })',
    ],
    [
      'lines of Windows',
      '@Module({\r\n  imports: [\r\n    A,\r\n  ],\r\n})',
      '@Module({\r\n  imports: [\r\n    PrometheusModule.forRoot(),\r\n    A,\r\n  ],\r\n})',
    ],
  ])('%s', (_, decorator, expected) => {
    const lineBreak = decorator.includes('\r') ? '\r\n' : '\n';
    const text = [`import { Module } from '@nestjs/common';`, '', decorator, 'export class Root {}', ''];
    const result = addImport(ts, text.join(lineBreak), 'Root');
    expect(result).toBe(text.toSpliced(1, 0, IMPORT).with(3, expected).join(lineBreak));
    expect(addImport(ts, String(result), 'Root')).toBeUndefined();
  });

  it('the class that is asked for', () => {
    const text = '@Module({ imports: [] }) class A {}\n@Injectable() @M({ imports: [] }) export class B {}';
    const result = addImport(ts, `import { Module as M } from "@nestjs/common"\n${text}`, 'B');
    expect(result).toBe(
      `import { Module as M } from "@nestjs/common"\nimport { PrometheusModule } from "nestjs-prometheus-exporter"\n${text.replace('[] }) export', '[PrometheusModule.forRoot()] }) export')}`,
    );
  });

  it('nothing where forRoot() or forRootAsync() has options already', () => {
    const text = `${IMPORT}\n@Module({ imports: [PrometheusModule.forRootAsync({ useFactory })] })\nclass Root {}`;
    expect(addImport(ts, text, undefined)).toBeUndefined();
  });

  it('nothing where the name belongs to another package, which is told', () => {
    const text = "import { PrometheusModule } from '@willsoto/nestjs-prometheus';\n@Module({})\nclass Root {}";
    expect(() => addImport(ts, text, undefined)).toThrow('that of @willsoto/nestjs-prometheus');
  });
});
