import { type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { type ModulesContainer } from '@nestjs/core';
import { StandIns } from '../../host/stand-ins.js';
import { type Operation, UNMATCHED_OPERATION } from '../operation-events.js';
import { Executions } from '../operations/executions.js';
import { type Sink } from '../sink.js';
import { observeApollo } from './apollo-refusals.js';
import { type DriverOptions, type GraphQLDriver, graphQLDrivers } from './graphql-drivers.js';
import { type GraphQLSchema, isSchema, type Resolve, type RootType, rootTypesOf } from './graphql-schema.js';
import { observeMercurius } from './mercurius-server.js';
import { ObservedSchemas } from './observed-schemas.js';
import { rootTypeOf } from './root-type-of-text.js';

/**
 * Observes the root fields of GraphQL schemas. `@nestjs/graphql` makes a schema and starts a server with it while the
 * module is initialized, and ours is initialized before, because it is global.
 */
export class GraphQLInstrumentation implements OnModuleInit, OnApplicationShutdown {
  private readonly executions: Executions;
  private readonly schemas: ObservedSchemas;
  private readonly operations = new Map<string, Operation>();
  private readonly standIns = new StandIns();
  private readonly undo: (() => void)[] = [];

  constructor(
    private readonly modules: ModulesContainer,
    private readonly sink: Sink,
  ) {
    this.executions = new Executions(sink, 'graphql');
    this.schemas = new ObservedSchemas(this.executions, (type, field) => this.operationOf(type, field));
  }

  onModuleInit(): void {
    this.sink.boundary.run('graphql', () => {
      for (const driver of graphQLDrivers(this.modules)) this.observeDriver(driver);
    });
  }

  onApplicationShutdown(): void {
    this.executions.stop();
    for (const undo of this.undo.splice(0)) this.sink.boundary.run('graphql', undo);
    this.sink.boundary.run('graphql', () => this.standIns.putBack());
    this.sink.boundary.run('graphql', () => this.schemas.release());
  }

  private observeDriver(driver: GraphQLDriver): void {
    this.standIns.put(driver, 'start', (start) => async (options) => {
      this.sink.boundary.run('graphql', () => this.beforeStart(driver, options as DriverOptions));
      const started: unknown = await start.call(driver, options);
      this.sink.boundary.run('graphql', () => this.afterStart(driver));
      return started;
    });
  }

  private beforeStart(driver: GraphQLDriver, options: DriverOptions): void {
    if (!isSchema(options.schema)) return;
    const { fieldResolver } = options;
    this.observeSchema(options.schema, typeof fieldResolver === 'function' ? (fieldResolver as Resolve) : undefined);
    observeApollo(driver, options, (text, error) => this.refused(text, error));
  }

  private afterStart(driver: GraphQLDriver): void {
    const undo = observeMercurius(driver, {
      refused: (text, error) => this.refused(text, error),
      schemaChanged: (schema) =>
        this.sink.boundary.run('graphql', () => isSchema(schema) && this.observeSchema(schema)),
    });
    if (undo !== undefined) this.undo.push(undo);
  }

  private observeSchema(schema: GraphQLSchema, resolveByDefault?: Resolve): void {
    this.knownOf(schema);
    this.schemas.observe(schema, resolveByDefault);
  }

  /** The operation of requests that cannot be executed exists at zero too. */
  private knownOf(schema: GraphQLSchema): void {
    for (const [type] of rootTypesOf(schema)) this.operationOf(type, UNMATCHED_OPERATION);
  }

  /** Requests that failed before any resolver: they could not be parsed, or ask for fields that do not exist. */
  private refused(text: unknown, error: unknown): void {
    this.sink.boundary.run('graphql', () => {
      this.executions.start(this.operationOf(rootTypeOf(text), UNMATCHED_OPERATION))?.failed(error);
    });
  }

  private operationOf(type: RootType, field: string): Operation {
    const key = `${type} ${field}`;
    const known = this.operations.get(key);
    if (known !== undefined) return known;
    const operation: Operation = { door: 'graphql', names: { type, field } };
    this.operations.set(key, operation);
    this.executions.known([operation]);
    return operation;
  }
}
