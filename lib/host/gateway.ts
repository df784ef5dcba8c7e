import 'reflect-metadata';

/** Metadata key of `@WebSocketGateway()`, the same in 11 and 12. */
const IS_GATEWAY = 'websockets:is_gateway';

/** A class with `@WebSocketGateway()`. */
export function isGateway(type: unknown): type is object {
  return typeof type === 'function' && Reflect.hasMetadata(IS_GATEWAY, type);
}
