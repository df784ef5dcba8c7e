import 'reflect-metadata';
import { type ModulesContainer } from '@nestjs/core';
import { isGateway } from '../../host/gateway.js';
import { wrappersOf } from '../../host/wrappers.js';

/** Metadata keys of `@WebSocketGateway()`, the same in 11 and 12. */
const OPTIONS = 'websockets:gateway_options';
const PORT = 'port';

/** Where socket.io is served without an option. */
const DEFAULT_PATH = '/socket.io';

/** The paths under which socket.io answers requests of the application's server before the framework sees them. */
export function gatewayPaths(modules: ModulesContainer): readonly string[] {
  const types = [...wrappersOf(modules, ['providers'])].map(({ metatype }) => metatype);
  return [...new Set(types.filter(isOnServerOfApplication).map(pathOf))];
}

/** With a port of its own, a gateway has a server of its own. */
function isOnServerOfApplication(type: unknown): type is object {
  return isGateway(type) && !Reflect.getMetadata(PORT, type);
}

function pathOf(gateway: object): string {
  const { path } = (Reflect.getMetadata(OPTIONS, gateway) ?? {}) as { readonly path?: unknown };
  return typeof path === 'string' ? path.replace(/\/$/, '') : DEFAULT_PATH;
}

/** The one of these paths that a URL is below. */
export function gatewayPath(url: string | undefined, paths: readonly string[]): string | undefined {
  return paths.find((path) => url?.startsWith(`${path}/`));
}
