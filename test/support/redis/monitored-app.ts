import { Controller, Get, Inject, Injectable } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { MonitorModule, type MonitorFactoryOptions, type MonitorState } from 'nestjs-prometheus-exporter';
import { DataSource } from 'typeorm';
import { type Received } from '../http-client.js';
import { NestApp } from '../nest-app.js';
import { SQLITE_IN_MEMORY } from '../sqlite.js';

/** What a request asks SQLite. */
export const STATEMENTS_PER_REQUEST = 2;

@Injectable()
class Shelter {
  constructor(@Inject(DataSource) private readonly source: DataSource) {}

  async look(): Promise<void> {
    for (let i = 0; i < STATEMENTS_PER_REQUEST; i += 1) await this.source.query('SELECT 1');
  }
}

@Controller()
class ShelterController {
  constructor(@Inject(Shelter) private readonly shelter: Shelter) {}

  @Get('dogs')
  async dogs(): Promise<string> {
    await this.shelter.look();
    return 'Rex';
  }

  @Get('walks/:id')
  async walks(): Promise<string> {
    await this.shelter.look();
    return 'around the block';
  }
}

/** A Nest application with a database in memory and a monitor. */
export class MonitoredApp {
  static async start(settings: MonitorFactoryOptions): Promise<MonitoredApp> {
    const nest = await NestApp.start('express', {
      imports: [TypeOrmModule.forRoot({ ...SQLITE_IN_MEMORY, logging: false }), MonitorModule.forRoot(settings)],
      controllers: [ShelterController],
      providers: [Shelter],
    });
    return new MonitoredApp(nest);
  }

  /** How many requests of clients were answered. */
  sent = 0;

  private constructor(readonly nest: NestApp) {}

  async request(path = '/dogs'): Promise<void> {
    const { status } = await this.nest.send(path);
    if (status !== 200) throw new Error(`Expected ${path} to answer, got ${status}`);
    this.sent += 1;
  }

  async data(): Promise<MonitorState> {
    const { status, body } = await this.nest.send('/monitor/data.json');
    if (status !== 200) throw new Error(`Expected data.json, got ${status}: ${body}`);
    return JSON.parse(body) as MonitorState;
  }

  nagios(): Promise<Received> {
    return this.nest.send('/monitor/nagios.xml');
  }

  close(): Promise<void> {
    return this.nest.close();
  }
}

/** Something done again and again by so many at once, until they are told to stop. */
export class SteadyLoad {
  private readonly workers: readonly Promise<void>[];
  private isStopped = false;

  constructor(act: () => Promise<void>, workers = 4) {
    this.workers = Array.from({ length: workers }, async () => {
      while (!this.isStopped) await act();
    });
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    await Promise.all(this.workers);
  }
}
