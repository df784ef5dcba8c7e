import { type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { type ModulesContainer } from '@nestjs/core';
import { type CacheInfo } from '../cache-events.js';
import { type Sink } from '../sink.js';
import { backendOf } from './backend.js';
import { containedCaches, type NamedCache } from './contained-caches.js';
import { adopt, abandon } from './observe-cache.js';
import { type ObservedAdapter } from './observed-adapter.js';
import { isObserved, StoreObserver } from './store-observer.js';

/** Puts the observer of caches into a Nest application and takes it out again. */
export class CacheInstrumentation implements OnModuleInit, OnApplicationShutdown {
  /** Those of the container, which lives as long as we do. */
  private readonly contained: StoreObserver[] = [];
  /** Those that were given by hand: a store keeps its own observer, and whoever drops the one drops the other. */
  private readonly given = new Set<WeakRef<StoreObserver>>();
  private readonly registry: FinalizationRegistry<Collected>;

  constructor(
    private readonly modules: ModulesContainer,
    private readonly sink: Sink,
  ) {
    this.registry = new FinalizationRegistry(({ reference, info, adapter }) => {
      if (!this.given.delete(reference)) return;
      sink.boundary.run('cache', () => adapter?.deref()?.remove(info));
      sink.listeners.cacheEnded(info);
    });
  }

  /** All modules are made, so their caches can be seen. */
  onModuleInit(): void {
    this.sink.boundary.run('cache', () => {
      for (const cache of containedCaches(this.modules)) this.observeStores(cache, (one) => this.contained.push(one));
      adopt(this);
    });
  }

  onApplicationShutdown(): void {
    abandon(this);
    const given = [...this.given].map((reference) => reference.deref()).filter((observer) => observer !== undefined);
    this.given.clear();
    for (const observer of [...this.contained.splice(0), ...given].toReversed()) {
      this.sink.boundary.run('cache', () => observer.stop());
    }
  }

  /** Given by hand, perhaps one of many. */
  observe(cache: NamedCache): void {
    this.observeStores(cache, (observer) => {
      const reference = new WeakRef(observer);
      this.given.add(reference);
      const { info } = observer;
      const adapter = observer.adapter && new WeakRef(observer.adapter);
      this.registry.register(observer, { reference, info, adapter });
    });
  }

  /** Each store of it, the tiers of a cache apart. */
  private observeStores({ cache, name }: NamedCache, keep: (observer: StoreObserver) => void): void {
    for (const store of cache.stores) {
      this.sink.boundary.run('cache', () => {
        if (isObserved(store)) return;
        const info = { name, backend: backendOf(store) };
        keep(new StoreObserver(store, info, this.sink));
      });
    }
  }
}

interface Collected {
  readonly reference: WeakRef<StoreObserver>;
  readonly info: CacheInfo;
  /** It may outlive the cache; kept alive, it would keep the cache, to which it tells its errors. */
  readonly adapter: WeakRef<ObservedAdapter> | undefined;
}
