import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type DataSourceOptions } from 'typeorm';

type SqljsOptions = Extract<DataSourceOptions, { type: 'sqljs' }>;

/**
 * SQLite in a file that other programs can open, with sql.js, which runs on every version of Node and needs no
 * compiler. The database is in memory, and the whole file is written after each change: suitable for a small database
 * that belongs to one process.
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
 * Without this, TypeORM starts a write before the previous one has finished, and two writes can mix in the file. A
 * renamed file is complete for every reader, even if the process is killed meanwhile.
 */
function replaceFile(path: string, bytes: Uint8Array): void {
  const unfinished = `${path}.${process.pid}`;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(unfinished, bytes);
  renameSync(unfinished, path);
}
