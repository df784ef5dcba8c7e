import { type INestApplicationContext } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { MetricsEndpoint } from '../expose/endpoint.js';

/** What the endpoint of an application would give. */
export function applicationText(app: INestApplicationContext): Promise<string> {
  return endpointOf(app).text();
}

/** Looked for by hand: `app.get` of something that is not there ends the process, unless `abortOnError` is false. */
function endpointOf(app: INestApplicationContext): MetricsEndpoint {
  for (const { providers } of app.get(ModulesContainer).values()) {
    const endpoint: unknown = providers.get(MetricsEndpoint)?.instance;
    if (endpoint instanceof MetricsEndpoint) return endpoint;
  }
  throw new Error(
    'Expected an application with a PrometheusModule, got one without: import PrometheusModule.forRoot() in its root ' +
      'module, or in the metadata of Test.createTestingModule().',
  );
}
