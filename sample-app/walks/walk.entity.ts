import { Column, Entity, ManyToOne, PrimaryGeneratedColumn } from 'typeorm';
import { type Dog } from '../dogs/dog.entity.js';

/** Without `@ExportModelOperations`: its statements are measured, but its rows are not counted. */
@Entity()
export class Walk {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ length: 100 })
  place!: string;

  @Column()
  minutes!: number;

  /** By name instead of an import, to avoid a circular import. */
  @ManyToOne<Dog>('Dog', (dog) => dog.walks, { nullable: false, onDelete: 'CASCADE' })
  dog?: Dog;
}
