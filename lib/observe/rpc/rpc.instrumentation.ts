import { type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { type ModulesContainer } from '@nestjs/core';
import { UNMATCHED_OPERATION } from '../operation-events.js';
import { Executions } from '../operations/executions.js';
import { type Sink } from '../sink.js';
import { observeHandlers } from './observed-handlers.js';
import { loadRpcExceptionsHandler } from './nest-internals.js';
import { observeRpcExceptions } from './rpc-exceptions.js';
import { RpcOperations } from './rpc-operations.js';
import { asRpcServer, type RpcTransport, transportOf } from './rpc-server.js';
import { observeUnmatched } from './unmatched-messages.js';

/** Their brokers and servers answer what is not known without asking Nest. */
const ANSWERED_ELSEWHERE: ReadonlySet<RpcTransport> = new Set(['kafka', 'grpc']);

/**
 * Observes the microservices of an application. Nest tells of each one before it registers handlers, whether it is the
 * application itself or connected to one, with or without `inheritAppConfig`.
 */
export class RpcInstrumentation implements OnModuleInit, OnApplicationShutdown {
  private readonly executions: Executions;
  private readonly operations: RpcOperations;
  private readonly undo: (() => void)[] = [];
  /** Undefined as long as the application has no microservice: the package is not loaded for that. */
  private exceptions: Promise<void> | undefined;
  private isStopped = false;

  constructor(
    modules: ModulesContainer,
    private readonly sink: Sink,
  ) {
    this.executions = new Executions(sink, 'rpc');
    this.operations = new RpcOperations(this.executions);
    sink.boundary.run('rpc', () => {
      const servers = modules
        .getRpcTargetRegistry()
        .subscribe((server) => sink.boundary.run('rpc', () => this.observe(server)));
      this.undo.push(() => servers.unsubscribe());
    });
  }

  /** A microservice that starts after this hook has not missed an exception. */
  onModuleInit(): Promise<void> | undefined {
    return this.exceptions;
  }

  onApplicationShutdown(): void {
    this.isStopped = true;
    this.executions.stop();
    for (const undo of this.undo.splice(0)) this.sink.boundary.run('rpc', undo);
  }

  private observe(target: unknown): void {
    const server = asRpcServer(target);
    const transport = transportOf(server);
    const { executions } = this;
    const operationOf = (pattern: string) => this.operations.of(transport, pattern);
    this.undo.push(observeHandlers(server, executions, operationOf, this.sink.boundary));
    if (!ANSWERED_ELSEWHERE.has(transport)) {
      this.undo.push(observeUnmatched(server, executions, operationOf(UNMATCHED_OPERATION)));
    }
    this.exceptions ??= this.observeExceptions();
  }

  private async observeExceptions(): Promise<void> {
    try {
      const prototype = await loadRpcExceptionsHandler();
      if (!this.isStopped) this.undo.push(observeRpcExceptions(prototype));
    } catch (error) {
      this.sink.boundary.report('rpc', error);
    }
  }
}
