import { normalize, virtualFs } from '@angular-devkit/core';
import { HostTree } from '@angular-devkit/schematics';
import { SchematicTestRunner, UnitTestTree } from '@angular-devkit/schematics/testing/index.js';
import { createRequire } from 'node:module';

const NEST = createRequire(import.meta.url).resolve('@nestjs/schematics/dist/collection.json');

/** The files that Nest's command line generates. */
export class GeneratedApp {
  private readonly runner = new SchematicTestRunner('@nestjs/schematics', NEST);

  /** What `nest new` generates, at the root of the tree. */
  async application(type: 'esm' | 'cjs'): Promise<UnitTestTree> {
    return this.runner.runSchematic('application', { name: 'kennel', directory: '.', type, packageManager: 'npm' });
  }

  /** A monorepo with the application as its default project, and `shop` beside it. */
  async monorepo(): Promise<UnitTestTree> {
    return this.runner.runSchematic('sub-app', { name: 'shop' }, written(await this.application('esm')));
  }
}

/** The same files as if they had been on the disk before, so that a schematic can move them. */
function written(files: UnitTestTree): UnitTestTree {
  const host = new virtualFs.SimpleMemoryHost();
  for (const path of files.files) {
    host.write(normalize(path), virtualFs.stringToFileBuffer(files.readText(path))).subscribe();
  }
  return new UnitTestTree(new HostTree(host));
}
