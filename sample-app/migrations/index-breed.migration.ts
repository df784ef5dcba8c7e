import { type MigrationInterface, type QueryRunner, TableIndex } from 'typeorm';

/** Makes counting by breed faster with many dogs. It can wait: everything works without it. */
export class IndexBreed implements MigrationInterface {
  readonly name = 'IndexBreed1767261000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.createIndex('dog', new TableIndex({ name: 'dog_breed', columnNames: ['breed'] }));
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.dropIndex('dog', 'dog_breed');
  }
}
