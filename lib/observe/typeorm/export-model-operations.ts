import { type DataSourceLike, type EntityMetadataLike } from './typeorm-types.js';

/** On the class of an entity, or on an EntitySchema. The same for every copy of the library. */
const MODEL = Symbol.for('nestjs-prometheus-exporter.model');

/**
 * Counts the rows of this entity that are inserted, updated, deleted, restored …, in
 * `typeorm_model_rows_total{model="dog",operation=…}`. They count when they are committed, and stand at zero from boot.
 *
 * Not counted, for TypeORM is not told: raw SQL, `clear()`, and what the database deletes or changes by itself through
 * foreign keys and triggers. On the base of a single-table inheritance it takes the children too, unless they have
 * their own. An EntitySchema is given by hand: `ExportModelOperations('dog')(DogSchema)`.
 *
 * @param model the `model` label; by default the name of the entity in TypeORM's metadata
 */
export function ExportModelOperations(model?: string): (entity: object) => void {
  return (entity) => {
    Object.defineProperty(entity, MODEL, { value: { name: model }, configurable: true });
  };
}

/** The name that the decorator gave, undefined without one. */
export function modelName(metadata: EntityMetadataLike, dataSource: DataSourceLike): string | undefined {
  const marked = markOf(metadata.target) ?? markOf(schemaOf(metadata, dataSource));
  if (marked !== undefined) return marked.name ?? metadata.name;
  const parent = metadata.parentEntityMetadata;
  return parent === undefined ? undefined : modelName(parent, dataSource);
}

/** Its own: a class that merely extends a decorated one is another table. */
function markOf(target: unknown): { readonly name: string | undefined } | undefined {
  const isHolder = typeof target === 'function' || (typeof target === 'object' && target !== null);
  if (!isHolder || !Object.hasOwn(target, MODEL)) return undefined;
  return (target as { readonly [MODEL]: { readonly name: string | undefined } })[MODEL];
}

function schemaOf({ name }: EntityMetadataLike, { options }: DataSourceLike): unknown {
  const entities: readonly unknown[] = Object.values(options.entities ?? {});
  return entities.find((entity) => (entity as { options?: { name?: unknown } } | null)?.options?.name === name);
}
