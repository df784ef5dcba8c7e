import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type DataSourceOptions } from 'typeorm';

type SqljsOptions = Extract<DataSourceOptions, { type: 'sqljs' }>;

/**
 * SQLite in a file that other programs can open, by sql.js, which runs on every Node and needs no compiler.
 * The database is in memory and written as a whole after each change: right for a small one that belongs to one process.
 */
export function sqliteFile(path: string): SqljsOptions {
  return {
    type: 'sqljs',
    location: path,
    autoSave: true,
    autoSaveCallback: (bytes: Uint8Array) => replaceFile(path, bytes),
  };
}

/**
 * TypeORM itself writes without waiting for the write before, so that two of them can mix in the file.
 * A file that is renamed is whole for every reader, also when the process is killed meanwhile.
 */
function replaceFile(path: string, bytes: Uint8Array): void {
  const unfinished = `${path}.${process.pid}`;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(unfinished, bytes);
  renameSync(unfinished, path);
}
