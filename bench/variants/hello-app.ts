import 'reflect-metadata';
import { type DynamicModule, type INestApplication, Module, type ModuleMetadata } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter, type NestExpressApplication } from '@nestjs/platform-express';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { HelloController } from './hello.controller.js';

export type Adapter = 'express' | 'fastify';

/** The application that every variant is based on, not listening yet. */
export function helloApp(adapter: Adapter, imports: ModuleMetadata['imports'] = []): Promise<INestApplication> {
  return adapter === 'express' ? helloOnExpress(imports) : helloOnFastify(imports);
}

export function helloOnExpress(imports: ModuleMetadata['imports'] = []): Promise<NestExpressApplication> {
  return NestFactory.create<NestExpressApplication>(helloModule(imports), new ExpressAdapter(), { logger: false });
}

export function helloOnFastify(imports: ModuleMetadata['imports'] = []): Promise<NestFastifyApplication> {
  return NestFactory.create<NestFastifyApplication>(helloModule(imports), new FastifyAdapter(), { logger: false });
}

@Module({})
class HelloModule {}

function helloModule(imports: ModuleMetadata['imports'] = []): DynamicModule {
  return { module: HelloModule, controllers: [HelloController], imports };
}
