import 'reflect-metadata';
import { type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { isGateway } from '../../host/gateway.js';
import { StandIns } from '../../host/stand-ins.js';
import { wrappersOf } from '../../host/wrappers.js';
import { type NestHost } from '../nest-host.js';
import { type Operation } from '../operation-events.js';
import { Executions } from '../operations/executions.js';
import { type Sink } from '../sink.js';
import { type Gateway } from '../websocket-events.js';
import { Clients } from './clients.js';
import { Connection } from './connection.js';
import { GatewayNames } from './gateway-names.js';
import { type GatewayObserver, observeController } from './observed-controller.js';
import { beforeGatewaysConnect } from './gateways-connect.js';
import {
  controllerOf,
  type GatewayMessage,
  type SocketModule,
  type WebSocketsController,
} from './web-sockets-controller.js';

const PART = 'websocket';

/** Metadata key of `@SubscribeMessage()`, the same in 11 and 12. */
const MESSAGE = 'message';

/**
 * Observes the gateways of an application. Nest connects them before any lifecycle hook, so we wait for that from the
 * start. An application without a gateway is left alone.
 */
export class WebsocketInstrumentation implements OnModuleInit, OnApplicationShutdown, GatewayObserver {
  private readonly executions: Executions;
  private readonly clients = new Clients();
  private readonly names: GatewayNames;
  private readonly standIns = new StandIns();
  private controller: WebSocketsController | undefined;
  private stopWaiting: (() => void) | undefined;
  private isTried = false;
  private isStopped = false;

  constructor(
    private readonly host: NestHost,
    private readonly sink: Sink,
  ) {
    const executions = new Executions(sink, PART);
    this.executions = executions;
    this.names = new GatewayNames({
      gateway: (gateway) => sink.listeners.gatewayKnown(gateway),
      operation: (operation) => executions.known([operation]),
    });
    const hasGateway = [...wrappersOf(host.modules, ['providers'])].some(({ metatype }) => isGateway(metatype));
    if (hasGateway) this.stopWaiting = beforeGatewaysConnect(host.config, (socketModule) => this.hook(socketModule));
  }

  onModuleInit(): void {
    this.stopWaiting?.();
    const isMissed = this.stopWaiting !== undefined && !this.isTried;
    // Other kinds of applications do not connect their gateways here, or not at all.
    if (!isMissed || !(this.host.adapterHost.httpAdapter as object | null | undefined)) return;
    this.sink.boundary.report(
      PART,
      new TypeError('This version of Nest connects gateways in a way that is not known.'),
    );
  }

  onApplicationShutdown(): void {
    this.isStopped = true;
    this.stopWaiting?.();
    this.executions.stop();
    this.sink.boundary.run(PART, () => this.standIns.putBack());
  }

  gatewayFound(instance: object, messages: readonly GatewayMessage[]): Gateway | undefined {
    return this.sink.boundary.run(PART, () => {
      const gateway = this.names.gatewayOf(instance);
      for (const { message } of messages) this.names.operationOf(gateway, message);
      return gateway;
    });
  }

  connected(gateway: Gateway, client: unknown): Connection | undefined {
    return this.sink.boundary.run(PART, () => {
      const isHeardToEnd = typeof this.controller?.config.getIoAdapter()?.bindClientDisconnect === 'function';
      return this.isStopped || !isHeardToEnd ? undefined : new Connection(gateway, client, this.sink, this.clients);
    });
  }

  operationOf(instance: object, callback: object): Operation | undefined {
    return this.sink.boundary.run(PART, () =>
      this.names.operationOf(this.names.gatewayOf(instance), Reflect.getMetadata(MESSAGE, callback)),
    );
  }

  follow(operation: Operation, client: unknown, handle: () => unknown): unknown {
    return this.executions.follow(operation, handle, (result, execution) =>
      this.clients.follow(client, result, execution),
    );
  }

  /** The controller is made in the method that then calls this one for each module. */
  private hook(socketModule: SocketModule): void {
    this.standIns.put(socketModule, 'connectAllGateways', (connect) => {
      const observe = () => this.observe(socketModule);
      return function (...args) {
        observe();
        return connect.apply(this, args);
      };
    });
  }

  private observe(socketModule: SocketModule): void {
    if (this.isTried) return;
    this.isTried = true;
    this.sink.boundary.run(PART, () => {
      this.controller = controllerOf(socketModule);
      observeController(this.controller, this.standIns, this);
    });
  }
}
