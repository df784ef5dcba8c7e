import { ExportModelOperations } from 'nestjs-prometheus-exporter';
import { Column, Entity, Index, OneToMany, PrimaryGeneratedColumn } from 'typeorm';
import { Walk } from '../walks/walk.entity.js';

/** No column names a database's own type, so that every database that TypeORM speaks to can hold a dog. */
@Entity()
@ExportModelOperations('dog')
export class Dog {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ length: 100 })
  name!: string;

  @Index('dog_breed')
  @Column({ length: 100 })
  breed!: string;

  @Column()
  age!: number;

  /** There only when it was asked for. */
  @OneToMany(() => Walk, (walk) => walk.dog, { cascade: ['insert'] })
  walks?: Walk[];
}
