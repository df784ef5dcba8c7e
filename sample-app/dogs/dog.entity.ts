import { ExportModelOperations } from 'nestjs-prometheus-exporter';
import { Column, Entity, Index, OneToMany, PrimaryGeneratedColumn } from 'typeorm';
import { Walk } from '../walks/walk.entity.js';

/** No column has a database-specific type, so the entity works on every database that TypeORM supports. */
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

  /** Set only if the relation was loaded. */
  @OneToMany(() => Walk, (walk) => walk.dog, { cascade: ['insert'] })
  walks?: Walk[];
}
