import { type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { type ModulesContainer } from '@nestjs/core';
import { StandIns } from '../../host/stand-ins.js';
import { type Operation } from '../operation-events.js';
import { Executions } from '../operations/executions.js';
import { type Sink } from '../sink.js';
import { eventSubscribersLoaders } from './event-subscribers-loader.js';
import { observeLoader } from './observed-loader.js';

/**
 * Observes the handlers of `@OnEvent()`. `@nestjs/event-emitter` registers them at the end of the boot, so we are there
 * before. It removes them at shutdown, and what we have put into its loader with them.
 */
export class EventEmitterInstrumentation implements OnModuleInit, OnApplicationShutdown {
  private readonly executions: Executions;
  /** One per event, whatever the number of its handlers. */
  private readonly operations = new Map<string, Operation>();
  private readonly standIns = new StandIns();

  constructor(
    private readonly modules: ModulesContainer,
    private readonly sink: Sink,
  ) {
    this.executions = new Executions(sink, 'events');
  }

  onModuleInit(): void {
    this.sink.boundary.run('events', () => {
      for (const loader of eventSubscribersLoaders(this.modules)) {
        observeLoader(loader, this.executions, (event) => this.operationOf(event), this.standIns);
      }
    });
  }

  onApplicationShutdown(): void {
    this.executions.stop();
    this.sink.boundary.run('events', () => this.standIns.putBack());
  }

  private operationOf(event: string): Operation {
    const known = this.operations.get(event);
    if (known !== undefined) return known;
    const operation: Operation = { door: 'events', names: { event } };
    this.operations.set(event, operation);
    this.executions.known([operation]);
    return operation;
  }
}
