import { Column, Entity, ManyToOne, PrimaryGeneratedColumn } from 'typeorm';
import { ExportModelOperations } from 'nestjs-prometheus-exporter';

// Types of columns and relations are given in full: what transforms these files for the tests emits no metadata.

@ExportModelOperations('kennel')
@Entity('kennels')
export class Kennel {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ type: 'varchar', length: 50 })
  town!: string;
}

@ExportModelOperations('dog')
@Entity('dogs')
export class Dog {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ type: 'varchar', length: 50, unique: true })
  name!: string;

  @Column({ type: 'int', default: 0 })
  walks!: number;

  @ManyToOne(() => Kennel, { nullable: true })
  kennel!: Kennel | null;
}

export const ENTITIES = [Kennel, Dog];
