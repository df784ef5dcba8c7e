import { Controller, Get, Inject } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { expect, it } from 'vitest';
import { ENTITIES, Dog } from '../support/accuracy/entities.js';
import { NestApp, PLATFORMS } from '../support/nest-app.js';

@Controller()
class FailingController {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  @Get('QueryFailedError')
  statement() {
    return this.dataSource.query('SELECT * FROM nowhere');
  }

  @Get('EntityNotFoundError')
  missing() {
    return this.dataSource.getRepository(Dog).findOneByOrFail({ name: 'nobody' });
  }

  @Get('EntityMetadataNotFoundError')
  unknown() {
    return this.dataSource.getRepository('nothing').find();
  }
}

it.each(PLATFORMS)('exceptions that TypeORM throws count under their class on %s', async (platform) => {
  const useFactory = () => new DataSource({ type: 'sqljs', entities: ENTITIES, synchronize: true }).initialize();
  const app = await NestApp.start(platform, {
    controllers: [FailingController],
    providers: [{ provide: DataSource, useFactory }],
  });
  for (const error_type of ['QueryFailedError', 'EntityNotFoundError', 'EntityMetadataNotFoundError']) {
    // Each is looked at alone.
    const change = await app.changes(() => app.send(`/${error_type}`));
    expect(change.sum('nestjs_http_exceptions_total', { error_type })).toBe(1);
    expect(change.sum('nestjs_http_exceptions_total')).toBe(1);
  }
  await app.close();
});
