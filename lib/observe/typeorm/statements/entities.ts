import { type DataSourceInfo, type Entity, NO_ENTITY } from '../../database-events.js';
import { modelName } from '../export-model-operations.js';
import { type DataSourceLike, type EntityMetadataLike } from '../typeorm-types.js';

/** The entities of one data source, as events name them: one object for each. */
export class Entities {
  /** Of statements that belong to no entity. */
  readonly none: Entity;
  private readonly known = new WeakMap<EntityMetadataLike, Entity>();

  constructor(
    private readonly dataSource: DataSourceLike,
    private readonly info: DataSourceInfo,
  ) {
    this.none = { dataSource: info, name: NO_ENTITY, table: undefined, model: undefined };
  }

  of(metadata: EntityMetadataLike): Entity {
    return this.known.get(metadata) ?? this.add(metadata);
  }

  /** After `initialize()`, which makes the metadata anew. */
  get all(): readonly Entity[] {
    return this.dataSource.entityMetadatas.map((metadata) => this.of(metadata));
  }

  private add(metadata: EntityMetadataLike): Entity {
    const { name, tablePath: table } = metadata;
    const entity = { dataSource: this.info, name, table, model: modelName(metadata, this.dataSource) };
    this.known.set(metadata, entity);
    return entity;
  }
}
