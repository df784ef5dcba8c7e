import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** No column names a database's own type, so that every database that TypeORM speaks to can hold a dog. */
@Entity()
export class Dog {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ length: 100 })
  name!: string;

  @Column({ length: 100 })
  breed!: string;

  @Column()
  age!: number;
}
