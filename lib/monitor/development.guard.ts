import { type IncomingMessage } from 'node:http';
import { type CanActivate, type ExecutionContext, ForbiddenException, Inject, Injectable } from '@nestjs/common';
import { type MaybeWrapped, nodeRequest } from '../serving/node-http.js';
import { Entrance } from './entrance.js';
import { seemsLocal } from '../access/local-client.js';

/** What to do where the monitor has no guards and the application is not in development. */
export const HOW_TO_OPEN =
  'on your own machine start the application with NODE_ENV=development; elsewhere give MonitorModule.forRoot() `guards`, or `listen: { port: 3001 }` to serve the monitor on 127.0.0.1 apart from the application.';

/**
 * Whether the deployer says that this is the machine of a developer. Unset is what most servers have, so it means no.
 */
export function isDevelopment(): boolean {
  return process.env['NODE_ENV'] === 'development';
}

/**
 * Guards a monitor without guards and without `auth`: with `NODE_ENV=development` it lets clients on the same machine in,
 * else nobody. Whether there is `auth` is known only when its factory was called.
 */
@Injectable()
export class DevelopmentGuard implements CanActivate {
  private readonly isDevelopment = isDevelopment();

  constructor(@Inject(Entrance) private readonly entrance: Entrance) {}

  canActivate(context: ExecutionContext): true {
    if (this.entrance.isLocked) return true;
    if (!this.isDevelopment) throw new ForbiddenException(`The monitor is closed: ${HOW_TO_OPEN}`);
    if (seemsLocal(nodeRequest(context.switchToHttp().getRequest<MaybeWrapped<IncomingMessage>>()))) return true;
    throw new ForbiddenException(
      'In development the monitor answers only to clients on its own machine, at localhost and not through a proxy: give MonitorModule.forRoot() `guards` to open it to others.',
    );
  }
}
