import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';

export class CreateDog implements MigrationInterface {
  readonly name = 'CreateDog1767258000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    const table = new Table({
      name: 'dog',
      columns: [
        { name: 'id', type: 'integer', isPrimary: true, isGenerated: true, generationStrategy: 'increment' },
        { name: 'name', type: 'varchar', length: '100' },
        { name: 'breed', type: 'varchar', length: '100' },
        { name: 'age', type: 'integer' },
      ],
    });
    // Databases created before the first migration already have this table.
    const ifNotExist = true;
    await queryRunner.createTable(table, ifNotExist);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.dropTable('dog');
  }
}
