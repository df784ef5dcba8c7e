import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** The table of TypeORM's query result cache. TypeORM itself creates it only if `synchronize` is on. */
export class CreateQueryResultCache implements MigrationInterface {
  readonly name = 'CreateQueryResultCache1767260000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.dataSource.queryResultCache?.synchronize(queryRunner);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.dropTable('query-result-cache');
  }
}
