import { type ApplicationConfig, NestApplication } from '@nestjs/core';
import { type AnyMethod } from '../../host/any-method.js';
import { SharedStandIn } from '../../host/shared-stand-in.js';
import { type SocketModule } from './web-sockets-controller.js';

/** What of an application is used. Both are private members, the same in 11 and 12. */
interface Application {
  readonly config?: ApplicationConfig;
  readonly socketModule?: SocketModule | null;
}

type Tell = (socketModule: SocketModule) => void;

const standIn = new SharedStandIn('registerWsModule', telling);
/** Applications that have not connected their gateways yet. */
const waiting = new WeakMap<ApplicationConfig, Tell>();

/**
 * Tells of the SocketModule of an application before it connects the gateways. Nest does that before any lifecycle hook,
 * and the SocketModule cannot be injected.
 *
 * @param tell must not throw
 * @returns the function that puts Nest's method back
 */
export function beforeGatewaysConnect(config: ApplicationConfig, tell: Tell): () => void {
  const putBack = standIn.use(NestApplication.prototype);
  waiting.set(config, tell);
  return () => {
    waiting.delete(config);
    putBack();
  };
}

function telling(register: AnyMethod): AnyMethod {
  return function (this: Application, ...args) {
    const { config, socketModule } = this;
    if (config !== undefined && socketModule) waiting.get(config)?.(socketModule);
    return register.apply(this, args);
  };
}
