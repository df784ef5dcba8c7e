import { RequestMethod } from '@nestjs/common';
import { type ApplicationConfig } from '@nestjs/core';

/** Keeps a route of ours out of the global prefix: it is expected where the options say. */
export function excludeFromPrefix(config: ApplicationConfig, path: string, requestMethod = RequestMethod.ALL): void {
  const options = config.getGlobalPrefixOptions();
  const escaped = path.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const ours = { path, requestMethod, pathRegex: new RegExp(`^${escaped}/?$`, 'i') };
  config.setGlobalPrefixOptions({ ...options, exclude: [...(options.exclude ?? []), ours] });
}
