import { type ApplicationConfig, type HttpAdapterHost, type ModulesContainer } from '@nestjs/core';

/** The parts of a Nest application that observation needs. */
export interface NestHost {
  readonly adapterHost: HttpAdapterHost;
  readonly config: ApplicationConfig;
  readonly modules: ModulesContainer;
}
