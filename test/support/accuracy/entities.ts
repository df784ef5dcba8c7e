import {
  ChildEntity,
  Column,
  DeleteDateColumn,
  Entity,
  EntitySchema,
  JoinTable,
  ManyToMany,
  ManyToOne,
  OneToMany,
  PrimaryGeneratedColumn,
  TableInheritance,
  Tree,
  TreeChildren,
  TreeParent,
} from 'typeorm';

// Types of columns and relations are given in full: what transforms these files for the tests emits no metadata.

@Entity('owners')
export class Owner {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ type: 'varchar', length: 50 })
  name!: string;

  @OneToMany(() => Dog, (dog) => dog.owner, { cascade: true })
  dogs!: Dog[];
}

@Entity('toys')
export class Toy {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ type: 'varchar', length: 50, unique: true })
  name!: string;

  @Column({ type: 'varchar', length: 50, nullable: true })
  colour!: string | null;
}

@Entity('dogs')
export class Dog {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ type: 'varchar', length: 50, unique: true })
  name!: string;

  @Column({ type: 'int', default: 0 })
  age!: number;

  @DeleteDateColumn()
  deletedAt!: Date | null;

  @ManyToOne(() => Owner, (owner) => owner.dogs, { nullable: true, onDelete: 'CASCADE' })
  owner!: Owner | null;

  @ManyToMany(() => Toy, { cascade: ['insert'] })
  @JoinTable({ name: 'dogs_toys' })
  toys!: Toy[];
}

@Entity('walks')
export class Walk {
  @PrimaryGeneratedColumn()
  id!: number;

  @ManyToOne(() => Dog, { lazy: true, nullable: true, onDelete: 'CASCADE' })
  dog!: Promise<Dog | null>;
}

@Entity('animals')
@TableInheritance({ column: { type: 'varchar', length: 20, name: 'kind' } })
export class Animal {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ type: 'varchar', length: 50 })
  name!: string;
}

@ChildEntity()
export class Cat extends Animal {
  @Column({ type: 'int', nullable: true })
  lives!: number | null;
}

@ChildEntity()
export class Horse extends Animal {
  @Column({ type: 'int', nullable: true })
  height!: number | null;
}

export interface KennelRow {
  id: number;
  name: string;
}

export const Kennel = new EntitySchema<KennelRow>({
  name: 'Kennel',
  tableName: 'kennels',
  columns: {
    id: { type: 'int', primary: true, generated: true },
    name: { type: 'varchar', length: 50 },
  },
});

@Entity('closure_breeds')
@Tree('closure-table')
export class ClosureBreed {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ type: 'varchar', length: 50 })
  name!: string;

  @TreeParent({ onDelete: 'CASCADE' })
  parent!: ClosureBreed | null;

  @TreeChildren()
  children!: ClosureBreed[];
}

@Entity('path_breeds')
@Tree('materialized-path')
export class PathBreed {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ type: 'varchar', length: 50 })
  name!: string;

  @TreeParent()
  parent!: PathBreed | null;

  @TreeChildren()
  children!: PathBreed[];
}

@Entity('nested_breeds')
@Tree('nested-set')
export class NestedBreed {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ type: 'varchar', length: 50 })
  name!: string;

  @TreeParent()
  parent!: NestedBreed | null;

  @TreeChildren()
  children!: NestedBreed[];
}

export const ENTITIES = [Owner, Toy, Dog, Walk, Animal, Cat, Horse, Kennel, ClosureBreed, PathBreed, NestedBreed];
