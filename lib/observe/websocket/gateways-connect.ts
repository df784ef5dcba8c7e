import { type ApplicationConfig, NestApplication } from '@nestjs/core';
import { StandIns } from '../../host/stand-ins.js';
import { type SocketModule } from './web-sockets-controller.js';

/** What of an application is used. Both are private members, the same in 11 and 12. */
interface Application {
  readonly config?: ApplicationConfig;
  readonly socketModule?: SocketModule | null;
}

type Tell = (socketModule: SocketModule) => void;

/** The stand-in in Nest's class: one for the process, however many applications boot. */
const standIns = new StandIns();
const waiting = new WeakMap<ApplicationConfig, Tell>();
/** Applications that have not connected their gateways yet. The last one puts the method back. */
let applications = 0;

/**
 * Tells of the SocketModule of an application before it connects the gateways. Nest does that before any lifecycle hook,
 * and the SocketModule cannot be injected.
 *
 * @param tell must not throw
 * @returns the function that puts Nest's method back
 */
export function beforeGatewaysConnect(config: ApplicationConfig, tell: Tell): () => void {
  if (applications === 0) standIns.put(NestApplication.prototype, 'registerWsModule', telling);
  applications += 1;
  waiting.set(config, tell);
  return () => {
    if (!waiting.delete(config)) return;
    applications -= 1;
    if (applications === 0) standIns.putBack();
  };
}

function telling(register: () => unknown) {
  return function (this: Application) {
    const { config, socketModule } = this;
    if (config !== undefined && socketModule) waiting.get(config)?.(socketModule);
    return register.call(this);
  };
}
