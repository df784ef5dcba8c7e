import { HttpAdapterHost, ModulesContainer } from '@nestjs/core';
import { nestVersion } from '../nest-version.js';

/** The first version of Nest that has all that this library calls. No package manager checks it of a global installation. */
const FIRST_NEST = '11.1.4';

/** What is wrong with the application's Nest; undefined if it is new enough. */
export function nestFault(): string | undefined {
  if ('init$' in HttpAdapterHost.prototype && 'getRpcTargetRegistry' in ModulesContainer.prototype) return undefined;
  return `nestjs-prometheus-exporter needs Nest ${FIRST_NEST} or newer, and the application has ${nestVersion()}`;
}
