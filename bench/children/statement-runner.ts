import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExportModelOperations, PrometheusModule } from 'nestjs-prometheus-exporter';
import { DataSource, EntitySchema } from 'typeorm';
import { answer } from '../child.js';

interface Dog {
  readonly id: number;
  readonly name: string;
}

/** An application with a data source in memory, with or without the library. It runs statements on command. */
const [variant] = process.argv.slice(2) as ['bare' | 'ours'];

const DOG = new EntitySchema<Dog>({
  name: 'Dog',
  columns: { id: { type: Number, primary: true, generated: true }, name: { type: String } },
});
ExportModelOperations('dog')(DOG);

@Module({
  imports: variant === 'ours' ? [PrometheusModule.forRoot({ runtimeMetrics: false })] : [],
  providers: [
    {
      provide: DataSource,
      useFactory: () =>
        new DataSource({
          // Runs on every version of Node in the comparison.
          type: 'sqljs',
          entities: [DOG],
          synchronize: true,
        }).initialize(),
    },
  ],
})
class KennelModule {}

const app = await NestFactory.createApplicationContext(KennelModule, { logger: false });
const dataSource = app.get(DataSource);
const dogs = dataSource.getRepository(DOG);
await dogs.insert({ name: 'Rex' });

/** Statements per measurement, which take some tenths of a second. */
const TIMES = 10_000;

const commands = {
  findOne: () => timed(() => dogs.findOneBy({ id: 1 })),
  update: () => timed(() => dogs.update({ id: 1 }, { name: 'Max' })),
  raw: () => timed(() => dataSource.query('SELECT 1')),
};
export type StatementRunner = typeof commands;

/** Microseconds of CPU per statement. */
async function timed(run: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  for (let i = 0; i < TIMES; i += 1) await run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / TIMES;
}

answer(commands);
