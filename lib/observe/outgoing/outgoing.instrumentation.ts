import { type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { type Sink } from '../sink.js';
import { OutgoingObserver } from './outgoing-observer.js';
import { OutgoingTargets } from './outgoing-targets.js';
import { PROCESS_CHANNELS } from './process-channels.js';

/** Observes the outgoing HTTP requests of an application, from its boot to its shutdown. Nothing is patched. */
export class OutgoingInstrumentation implements OnModuleInit, OnApplicationShutdown {
  private readonly targets: OutgoingTargets;
  private leave: (() => void) | undefined;

  /** @param hosts those that have a name in labels; undefined for the first ones that are seen */
  constructor(
    private readonly sink: Sink,
    hosts: readonly string[] | undefined,
  ) {
    this.targets = new OutgoingTargets(hosts);
  }

  onModuleInit(): void {
    this.sink.boundary.run('outgoing', () => {
      const known = this.targets.known();
      if (known.length > 0) this.sink.listeners.outgoingKnown(known);
      this.leave ??= PROCESS_CHANNELS.join(new OutgoingObserver(this.sink, this.targets));
    });
  }

  onApplicationShutdown(): void {
    this.leave?.();
    this.leave = undefined;
  }
}
