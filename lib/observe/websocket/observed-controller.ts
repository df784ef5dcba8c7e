import { type AnyMethod } from '../../host/any-method.js';
import { type StandIns } from '../../host/stand-ins.js';
import { type Operation } from '../operation-events.js';
import { type Gateway } from '../websocket-events.js';
import { type Connection } from './connection.js';
import {
  type Disconnections,
  type GatewayMessage,
  type WebSocketsController,
  type WsContextCreator,
  type WsProxy,
} from './web-sockets-controller.js';

/** Hears what happens at the gateways. None of its methods throws. */
export interface GatewayObserver {
  /** A gateway that is being connected to its server; undefined if it is not observed. */
  gatewayFound(instance: object, messages: readonly GatewayMessage[]): Gateway | undefined;
  /** Undefined if the end of the connection would not be heard. */
  connected(gateway: Gateway, client: unknown): Connection | undefined;
  /** The operation of a method with `@SubscribeMessage()`; undefined if it is not observed. */
  operationOf(instance: object, callback: object): Operation | undefined;
  /** Calls what handles a message, guards and interceptors included, and follows what it returns. */
  follow(operation: Operation, client: unknown, handle: () => unknown): unknown;
}

/** Observes the gateways that this controller connects from now on. */
export function observeController(
  controller: WebSocketsController,
  standIns: StandIns,
  observer: GatewayObserver,
): void {
  standIns.put(controller.contextCreator, 'create', (create) => observedCreate(create, observer));
  standIns.put(controller, 'getConnectionHandler', (make) => observedConnections(make as MakeHandler, observer));
}

/**
 * Makes each handler with a creator that knows its operation: one that inherits from the real one, and differs in one
 * member. So errors are seen before the filters handle them.
 */
function observedCreate(create: AnyMethod, observer: GatewayObserver): AnyMethod {
  return function (this: WsContextCreator, instance, callback, ...rest) {
    const operation = observer.operationOf(instance as object, callback as object);
    const creator = operation === undefined ? this : knowingCreator(this, operation, observer);
    return create.call(creator, instance, callback, ...rest);
  };
}

function knowingCreator(creator: WsContextCreator, operation: Operation, observer: GatewayObserver): WsContextCreator {
  const wsProxy: WsProxy = {
    create: (target, ...rest) => creator.wsProxy.create(followed(target, operation, observer), ...rest),
  };
  return Object.create(creator, { wsProxy: { value: wsProxy } }) as WsContextCreator;
}

function followed(target: AnyMethod, operation: Operation, observer: GatewayObserver): AnyMethod {
  return (client, ...rest) => observer.follow(operation, client, () => target(client, ...rest));
}

type MakeHandler = WebSocketsController['getConnectionHandler'];

/** Each connection is handled by a handler of its own, which knows it. */
function observedConnections(make: MakeHandler, observer: GatewayObserver): AnyMethod {
  return function (context, ...rest) {
    const [instance, messages, disconnections, connections] = rest as Tail<Parameters<MakeHandler>>;
    const handlerOf = (disconnect: Disconnections) =>
      make.call(this, context, instance, messages, disconnect, connections);
    const gateway = observer.gatewayFound(instance, messages);
    if (gateway === undefined) return handlerOf(disconnections);
    return (client: unknown, ...args: unknown[]) => {
      const connection = observer.connected(gateway, client);
      if (connection === undefined) return handlerOf(disconnections)(client, ...args);
      return handled(connection, () => handlerOf(connection.closedBy(disconnections))(client, ...args));
    };
  };
}

type Tail<List extends readonly unknown[]> = List extends readonly [unknown, ...infer Rest] ? Rest : never;

function handled(connection: Connection, handle: () => unknown): unknown {
  try {
    const result = handle();
    connection.closeIfGone();
    return result;
  } catch (error) {
    // It may be that nobody listens to its end.
    connection.close();
    throw error;
  }
}
