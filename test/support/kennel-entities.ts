import { ExportModelOperations } from 'nestjs-prometheus-exporter';
import { ChildEntity, Column, Entity, EntitySchema, PrimaryGeneratedColumn, TableInheritance } from 'typeorm';

// Types of columns are given in full: what transforms these files for the tests emits no metadata.

@ExportModelOperations('dog')
@Entity()
export class Dog {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ type: 'varchar', length: 50, unique: true })
  name!: string;
}

/** Not decorated. */
@Entity()
export class Toy {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ type: 'varchar', length: 50 })
  name!: string;
}

/** Decorated without a name. */
@ExportModelOperations()
@Entity()
export class Walk {
  @PrimaryGeneratedColumn()
  id!: number;
}

/** Of its own table, though its class extends a decorated one. */
@Entity()
export class Wolf extends Dog {}

@ExportModelOperations('animal')
@Entity()
@TableInheritance({ column: { type: 'varchar', length: 20, name: 'kind' } })
export class Animal {
  @PrimaryGeneratedColumn()
  id!: number;
}

/** Takes the name of its parent. */
@ChildEntity()
export class Cat extends Animal {}

/** Has one of its own. */
@ExportModelOperations('parrot')
@ChildEntity()
export class Parrot extends Animal {}

export const FoodSchema = new EntitySchema<{ id: number }>({
  name: 'Food',
  columns: { id: { type: Number, primary: true, generated: true } },
});
ExportModelOperations('food')(FoodSchema);

export const ENTITIES = [Dog, Toy, Walk, Wolf, Animal, Cat, Parrot, FoodSchema];
