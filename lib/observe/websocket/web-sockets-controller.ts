import { type AnyMethod } from '../../host/any-method.js';

/** What of `SocketModule` of `@nestjs/websockets` is used: it connects the gateways at boot. The same in 11 and 12. */
export interface SocketModule {
  /** There when the first gateways are connected. */
  readonly webSocketsController: WebSocketsController;
  connectAllGateways(...args: unknown[]): unknown;
}

/** What of `WebSocketsController` of `@nestjs/websockets` is used. Its members are the same in 11 and 12. */
export interface WebSocketsController {
  readonly config: { getIoAdapter(): { readonly bindClientDisconnect?: unknown } | null };
  readonly contextCreator: WsContextCreator;
  /** Makes the function that is called for each connection of a gateway. */
  getConnectionHandler(
    context: unknown,
    instance: object,
    messages: readonly GatewayMessage[],
    disconnect: Disconnections,
    connection: unknown,
  ): AnyMethod;
}

/** Makes the functions that handle messages, with their guards, pipes, interceptors and filters. */
export interface WsContextCreator {
  readonly wsProxy: WsProxy;
  create(instance: object, callback: object, ...rest: unknown[]): unknown;
}

/** Gives the errors of a function to the filters. */
export interface WsProxy {
  create(target: AnyMethod, ...rest: unknown[]): unknown;
}

/** A method with `@SubscribeMessage()`. */
export interface GatewayMessage {
  readonly message: unknown;
}

/** A subject, shared by the gateways of a server. */
export interface Disconnections {
  next(value: unknown): void;
}

/** @errors throws if it does not have what we need */
export function controllerOf({ webSocketsController }: SocketModule): WebSocketsController {
  const { config, contextCreator } = Object(webSocketsController) as Partial<WebSocketsController>;
  const used: readonly (readonly [unknown, string])[] = [
    [config, 'getIoAdapter'],
    [webSocketsController, 'getConnectionHandler'],
    [contextCreator, 'create'],
    [contextCreator?.wsProxy, 'create'],
  ];
  if (used.every(([owner, name]) => typeof Reflect.get(Object(owner) as object, name) === 'function')) {
    return webSocketsController;
  }
  throw new TypeError('This version of @nestjs/websockets connects gateways in a way that is not known.');
}
