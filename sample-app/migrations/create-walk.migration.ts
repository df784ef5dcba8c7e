import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';

export class CreateWalk implements MigrationInterface {
  readonly name = 'CreateWalk1767259000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.createTable(
      new Table({
        name: 'walk',
        columns: [
          { name: 'id', type: 'integer', isPrimary: true, isGenerated: true, generationStrategy: 'increment' },
          { name: 'place', type: 'varchar', length: '100' },
          { name: 'minutes', type: 'integer' },
          { name: 'dogId', type: 'integer' },
        ],
        foreignKeys: [
          {
            columnNames: ['dogId'],
            referencedTableName: 'dog',
            referencedColumnNames: ['id'],
            onDelete: 'CASCADE',
            // The action that TypeORM assumes if none is given; MariaDB assumes RESTRICT.
            onUpdate: 'NO ACTION',
          },
        ],
      }),
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.dropTable('walk');
  }
}
