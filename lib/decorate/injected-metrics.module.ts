import { Global, Inject, Module, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { onInjected, PROVIDERS, TOKENS } from './inject-metric.js';

/**
 * Provides what `@InjectMetric()` asks for. Nest reads both lists at the end of its scan, when all classes of the
 * application are there; lazily loaded modules bring further ones afterwards.
 */
@Global()
@Module({ providers: PROVIDERS, exports: TOKENS })
export class InjectedMetricsModule implements OnModuleInit, OnApplicationShutdown {
  private leave: (() => void) | undefined;

  constructor(@Inject(ModulesContainer) private readonly modules: ModulesContainer) {}

  onModuleInit(): void {
    const own = [...this.modules.values()].find(({ metatype }) => metatype === InjectedMetricsModule);
    this.leave = onInjected((token, provider) => {
      own?.addProvider(provider);
      own?.addExportedProviderOrModule(token);
    });
  }

  onApplicationShutdown(): void {
    this.leave?.();
  }
}
