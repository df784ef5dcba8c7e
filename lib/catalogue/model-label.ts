import { type Entity, NO_ENTITY } from '../observe/database-events.js';

/** The entities whose rows are counted: those with `@ExportModelOperations`, or all. */
export type CountedModels = 'decorated' | 'all';

/** The label value of an entity; undefined if its rows are not counted. */
export function modelLabel({ name, model }: Entity, models: CountedModels): string | undefined {
  return models === 'all' && name !== NO_ENTITY ? (model ?? name) : model;
}
