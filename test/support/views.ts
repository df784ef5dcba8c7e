import { type INestApplication } from '@nestjs/common';
import { createRequire } from 'node:module';
import { type Platform } from './nest-app.js';

/** Lets `@Render()` find the Handlebars templates (`.hbs`) of a folder. */
export function useViews(nest: INestApplication, platform: Platform, folder: string): void {
  if (platform === 'express') {
    const express = nest as unknown as { setBaseViewsDir(path: string): void; setViewEngine(engine: string): void };
    express.setBaseViewsDir(folder);
    express.setViewEngine('hbs');
    return;
  }
  const fastify = nest as unknown as { setViewEngine(options: object): void };
  const require = createRequire(import.meta.url);
  fastify.setViewEngine({ engine: { handlebars: require('handlebars') }, templates: folder, viewExt: 'hbs' });
}
