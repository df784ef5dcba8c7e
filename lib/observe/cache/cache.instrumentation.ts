import { type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { type ModulesContainer } from '@nestjs/core';
import { type CacheInfo } from '../cache-events.js';
import { type Sink } from '../sink.js';
import { backendOf } from './backend.js';
import { containedCaches, type NamedCache } from './contained-caches.js';
import { adopt, abandon } from './observe-cache.js';
import { type ObservedAdapter } from './observed-adapter.js';
import { isObserved, StoreObserver } from './store-observer.js';
import { WeakMembers } from '../weak-members.js';

/** Puts the observer of caches into a Nest application and takes it out again. */
export class CacheInstrumentation implements OnModuleInit, OnApplicationShutdown {
  /** Of the caches of the container, which lives as long as this does. */
  private readonly contained: StoreObserver[] = [];
  /** Of caches that were given by hand: a store keeps its own observer, so that both are collected together. */
  private readonly given: WeakMembers<StoreObserver, Remains>;

  constructor(
    private readonly modules: ModulesContainer,
    private readonly sink: Sink,
  ) {
    this.given = new WeakMembers(({ info, adapter }) => {
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
    const observers = [...this.contained.splice(0), ...this.given.all];
    this.given.clear();
    for (const observer of observers.toReversed()) {
      this.sink.boundary.run('cache', () => observer.stop());
    }
  }

  /** Given by hand, perhaps one of many. */
  observe(cache: NamedCache): void {
    this.observeStores(cache, (observer) => {
      const { info, adapter } = observer;
      this.given.add(observer, { info, adapter: adapter && new WeakRef(adapter) });
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

interface Remains {
  readonly info: CacheInfo;
  /** It may outlive the cache. Held strongly it would keep the cache, which listens to its errors. */
  readonly adapter: WeakRef<ObservedAdapter> | undefined;
}
