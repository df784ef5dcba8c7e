/** A class with `@WebSocketGateway()`. Each name has exactly one object in an application, so that it can be a key. */
export interface Gateway {
  /** The name of its class. */
  readonly name: string;
}

/** The methods of a listener for connections of WebSocket clients. Their messages are executions of operations. */
export interface WebsocketListener {
  /** Emitted at boot, once for each gateway. */
  gatewayKnown?(gateway: Gateway): void;
  /** A client has connected. With several gateways on one server it connects to each of them. */
  websocketOpened?(gateway: Gateway): void;
  /** Emitted exactly once for each connection. */
  websocketClosed?(gateway: Gateway): void;
}

export const WEBSOCKET_EVENTS = [
  'gatewayKnown',
  'websocketOpened',
  'websocketClosed',
] as const satisfies readonly (keyof WebsocketListener)[];
