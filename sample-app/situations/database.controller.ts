import {
  BadRequestException,
  ConflictException,
  Controller,
  DefaultValuePipe,
  Get,
  ParseIntPipe,
  Post,
  Query,
} from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Dog } from '../dogs/dog.entity.js';
import { slowStatement } from './slow-statement.js';

const LONGEST_QUERY_MS = 10_000;

/** Slow and failing database work, on request. */
@Controller()
export class DatabaseController {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Inserts two dogs, and rolls the transaction back because there is no room for both. Its rows are not counted.
   *
   * On SQLite TypeORM has one connection for all requests. Whatever another request writes while this transaction is
   * open becomes part of it and is rolled back too, and another transaction becomes a savepoint of this one. Here that
   * is unlikely, because statements of SQLite run synchronously; a transaction that awaits anything else makes it
   * likely. On other databases each transaction has a connection of its own.
   */
  @Post('no-room')
  noRoom(): Promise<never> {
    return this.dataSource.transaction(async (manager) => {
      await manager.insert(Dog, inseparableDogs());
      throw new ConflictException('There is no room for two more dogs: nobody moved in.');
    });
  }

  @Get('slow-query')
  async slowQuery(@Query('ms', new DefaultValuePipe(500), ParseIntPipe) ms: number): Promise<string> {
    if (ms < 0 || ms > LONGEST_QUERY_MS) {
      throw new BadRequestException(`Expected \`ms\` to be from 0 to ${LONGEST_QUERY_MS}, got ${ms}.`);
    }
    const { sql, parameter } = slowStatement(this.dataSource.options.type, ms);
    await this.dataSource.query(sql, [parameter]);
    return `The database took ${ms} ms.\n`;
  }

  /** As a shutdown hook that runs too early: all statements fail from now on, until the application is started again. */
  @Post('close-data-source')
  async closeDataSource(): Promise<string> {
    await this.dataSource.destroy();
    return 'The data source is closed.\n';
  }

  /** A table that does not exist: the statement fails, and Nest answers 500. */
  @Get('failing-query')
  failingQuery(): Promise<unknown> {
    return this.dataSource.query('SELECT * FROM cat');
  }
}

/** New objects for each transaction: TypeORM writes ids into them, which the next transaction must not reuse. */
function inseparableDogs(): Partial<Dog>[] {
  return [
    { name: 'Castor', breed: 'Dalmatian', age: 1 },
    { name: 'Pollux', breed: 'Dalmatian', age: 1 },
  ];
}
