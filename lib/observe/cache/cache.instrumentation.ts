import { type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { type ModulesContainer } from '@nestjs/core';
import { type Instrumented } from '../instrumented.js';
import { backendOf } from './backend.js';
import { containedCaches, type NamedCache } from './contained-caches.js';
import { adopt, abandon } from './observe-cache.js';
import { isObserved, StoreObserver } from './store-observer.js';

/** Puts the observer of caches into a Nest application and takes it out again. */
export class CacheInstrumentation implements OnModuleInit, OnApplicationShutdown {
  private readonly observers: StoreObserver[] = [];

  constructor(
    private readonly modules: ModulesContainer,
    private readonly told: Instrumented,
  ) {}

  /** All modules are made, so their caches can be seen. */
  onModuleInit(): void {
    this.told.guard.run('cache', () => {
      for (const cache of containedCaches(this.modules)) this.observe(cache);
      adopt(this);
    });
  }

  onApplicationShutdown(): void {
    abandon(this);
    for (const observer of this.observers.splice(0).toReversed()) this.told.guard.run('cache', () => observer.stop());
  }

  /** Each store of it, the tiers of a cache apart. */
  observe({ cache, name }: NamedCache): void {
    const { listeners: listener, guard } = this.told;
    const report = (error: unknown) => guard.report('cache', error);
    for (const store of cache.stores) {
      guard.run('cache', () => {
        if (isObserved(store)) return;
        const info = { name, backend: backendOf(store) };
        this.observers.push(new StoreObserver(store, info, { listener, report }));
      });
    }
  }
}
