import { type ApplicationConfig, type HttpAdapterHost, type ModulesContainer } from '@nestjs/core';

/** The parts of a Nest application into which observation is put. */
export interface NestHost {
  readonly adapterHost: HttpAdapterHost;
  readonly config: ApplicationConfig;
  readonly modules: ModulesContainer;
}
