import * as typeorm from 'typeorm';
import { expect, it } from 'vitest';

it('runs on the version of TypeORM that its project is named after', ({ task }) => {
  expect(task.file.projectName).toBe(`typeorm ${version()}`);
});

/** By what only some versions have: TypeORM lets nobody read its package.json. */
function version(): string {
  if (!('Connection' in typeorm)) return '1.1';
  return 'updateAll' in typeorm.EntityManager.prototype ? '0.3.31' : '0.3.20';
}
