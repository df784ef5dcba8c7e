import { type AnyMethod } from '../../host/any-method.js';

/** A handler as Nest registers it, with guards, pipes, interceptors and filters around the method. */
export type RpcHandler = AnyMethod & { readonly isEventHandler?: boolean };

/** What of Nest's `Server` is used; custom strategies inherit from it. The same in 11 and 12. */
export interface RpcServer {
  readonly transportId?: unknown;
  /** By pattern, as Nest serialises it; a RegExp of Kafka is a key itself. */
  readonly messageHandlers: Map<unknown, RpcHandler>;
}

/** By the number that Nest has for each of them. */
const TRANSPORTS = ['tcp', 'redis', 'nats', 'mqtt', 'grpc', 'rmq', 'kafka'] as const;

/** Strategies of the application, unless they say that they are one of Nest's. */
export const OTHER_TRANSPORT = '_OTHER';
export type RpcTransport = (typeof TRANSPORTS)[number] | typeof OTHER_TRANSPORT;

export function transportOf({ transportId }: RpcServer): RpcTransport {
  return (typeof transportId === 'number' ? TRANSPORTS[transportId] : undefined) ?? OTHER_TRANSPORT;
}

/** @errors throws for a server that keeps its handlers elsewhere */
export function asRpcServer(server: unknown): RpcServer {
  if (Reflect.get(Object(server), 'messageHandlers') instanceof Map) return server as RpcServer;
  throw new TypeError(
    'Expected a microservice with `messageHandlers`, as the Server of @nestjs/microservices has them.',
  );
}
