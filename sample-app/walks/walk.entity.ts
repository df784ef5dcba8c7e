import { Column, Entity, ManyToOne, PrimaryGeneratedColumn } from 'typeorm';
import { type Dog } from '../dogs/dog.entity.js';

/** Without `@ExportModelOperations`, so that its statements are measured and its rows are not counted. */
@Entity()
export class Walk {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ length: 100 })
  place!: string;

  @Column()
  minutes!: number;

  /** Named, not imported: two files that import each other cannot both be loaded first. */
  @ManyToOne<Dog>('Dog', (dog) => dog.walks, { nullable: false, onDelete: 'CASCADE' })
  dog?: Dog;
}
