import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { afterAll, expect, it } from 'vitest';
import { Dog } from './dogs/dog.entity.js';
import { sqliteFile } from './sqlite-file.js';
import { Walk } from './walks/walk.entity.js';

const folder = mkdtempSync(join(tmpdir(), 'sqlite-file-'));
afterAll(() => rmSync(folder, { recursive: true }));

function open(): Promise<DataSource> {
  const options = sqliteFile(join(folder, 'not', 'there', 'kennel.sqlite'));
  return new DataSource({ ...options, entities: [Dog, Walk], synchronize: true }).initialize();
}

it('the file has every dog of many that came at the same time', async () => {
  const first = await open();
  const dogs = first.getRepository(Dog);
  await Promise.all(Array.from({ length: 50 }, () => dogs.insert({ name: 'Rex', breed: 'Boxer', age: 3 })));
  await first.destroy();

  const second = await open();
  expect(await second.getRepository(Dog).count()).toBe(50);
  await second.destroy();
  expect(readdirSync(join(folder, 'not', 'there'))).toEqual(['kennel.sqlite']);
});
