import { RequestMethod } from '@nestjs/common';
import { type ApplicationConfig } from '@nestjs/core';

/** Keeps the routes of a controller of ours out of the global prefix: they are expected where the options say. */
export function excludeFromPrefix(config: ApplicationConfig, path: string, below: '' | '(?:/.*)?' = ''): void {
  const options = config.getGlobalPrefixOptions();
  const escaped = path.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const ours = { path, requestMethod: RequestMethod.ALL, pathRegex: new RegExp(`^${escaped}${below}/?$`, 'i') };
  config.setGlobalPrefixOptions({ ...options, exclude: [...(options.exclude ?? []), ours] });
}
