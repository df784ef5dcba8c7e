import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadsNestFirst } from '../../lib/register/nest-first.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nest-first-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** @param files the texts by path; the first is the program */
function programOf(files: Readonly<Record<string, string>>): string {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return join(folder, Object.keys(files)[0]!);
}

const FIRST: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ['of a program as Nest generates it', { 'main.js': `import { NestFactory } from '@nestjs/core';` }],
  ['of a CommonJS program', { 'main.js': `const core_1 = require("@nestjs/core");` }],
  [
    'by a file of its own',
    { 'main.js': `import 'reflect-metadata';\nimport { app } from './app.js';`, 'app.js': `import "@nestjs/core"` },
  ],
  ['by a file without its extension', { 'main.js': `require('./src/app')`, 'src/app.js': `require('@nestjs/core')` }],
  ['by an import at run time', { 'main.mjs': `const { NestFactory } = await import('@nestjs/core');` }],
  [
    'after files that import each other',
    {
      'main.js': `import './a.js'; import '@nestjs/core';`,
      'a.js': `import './b.js'`,
      'b.js': `import './a.js'; import { x } from 'node:fs'; import data from './data.json' with { type: 'json' };`,
      'data.json': '{}',
    },
  ],
  [
    'after a comment that ends, in an import of several lines',
    { 'main.js': `/* @nestjs/core */\n// The root module\nimport {\n  NestFactory,\n} from '@nestjs/core';` },
  ],
  ['before an instrumentation', { 'main.js': `import '@nestjs/core'; import './tracing.js';` }],
];

const NOT_FIRST: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ['after a package', { 'main.js': `import 'dd-trace/init'; import '@nestjs/core';` }],
  [
    'after a file that imports a package',
    {
      'main.js': `import './tracing.js'; import '@nestjs/core';`,
      'tracing.js': `import { NodeSDK } from '@opentelemetry/sdk-node';`,
    },
  ],
  ['after a path with an alias', { 'main.js': `import { app } from '@/app'; import '@nestjs/core';` }],
  [
    'after an instrumentation, below a comment',
    { 'main.js': `// Has to be before anything from '@nestjs/core'.\nrequire('dd-trace'); require('@nestjs/core');` },
  ],
  [
    'after an instrumentation, below code that was commented out',
    { 'main.js': `/*\nimport '@nestjs/core';\n*/\nimport 'dd-trace';\nimport '@nestjs/core';` },
  ],
  ['only in a comment', { 'main.js': `/**\n * import { NestFactory } from '@nestjs/core';\n */` }],
  [
    'in a function that is called after an instrumentation',
    { 'main.js': `function start() {\n  require('@nestjs/core');\n}\nrequire('dd-trace');\nstart();` },
  ],
  [
    'in a function of one line',
    { 'main.js': `const start = () => require('@nestjs/core');\nrequire('dd-trace');\nstart();` },
  ],
  ['after a name that is computed', { 'main.js': `require(process.env.TRACER);\nrequire('@nestjs/core');` }],
  ['after a name in a template string', { 'main.js': 'await import(`./${name}.js`);\nimport "@nestjs/core";' }],
  [
    'after an import by another function',
    { 'main.mjs': `createRequire(import.meta.url)('dd-trace');\nawait import('@nestjs/core');` },
  ],
  [
    'after hooks in the module loader',
    {
      'main.mjs': `import './hooks.mjs';\nimport '@nestjs/core';`,
      'hooks.mjs': `import { register } from 'node:module'; register('./tracing-hooks.mjs', import.meta.url);`,
    },
  ],
  ['in a file with a very long gap', { 'main.js': `import${' '.repeat(400_000)}` }],
  ['in a file of another size than people write', { 'main.js': `require('@nestjs/core');${' '.repeat(600_000)}` }],
  ['in a program without Nest', { 'main.js': `import fs from 'fs'; import('node:path');` }],
  [
    'after more files than it is worth',
    {
      'main.js': `import './0.js';\nimport '@nestjs/core';`,
      ...Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`${i}.js`, `import './${i + 1}.js';`])),
      '200.js': '',
    },
  ],
];

describe('whether a program loads Nest first', () => {
  it.each(FIRST)('is so %s', (_, files) => {
    expect(loadsNestFirst(programOf(files))).toBe(true);
  });

  it.each(NOT_FIRST)('is not so %s', (_, files) => {
    expect(loadsNestFirst(programOf(files))).toBe(false);
  });

  it('is not known of a file that is not there', () => {
    expect(() => loadsNestFirst(programOf({ 'main.js': `import './gone.js'` }))).toThrow('gone.js');
  });
});
