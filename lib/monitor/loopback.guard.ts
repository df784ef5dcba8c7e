import { type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { type CanActivate, type ExecutionContext, ForbiddenException, Injectable } from '@nestjs/common';
import { type MaybeWrapped, nodeRequest } from '../serving/node-http.js';

/** What a proxy adds: a client on the same machine that speaks for another one is none of ours. */
const FORWARDED = [
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-real-ip',
  'x-client-ip',
  'true-client-ip',
  'cf-connecting-ip',
  'via',
] as const;

const LOOPBACK_ADDRESS = /^(?:::ffff:)?127\.\d+\.\d+\.\d+$|^::1$/;
const LOOPBACK_HOST = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::\d+)?$/i;

/** Lets in who sits at the machine itself: the monitor as long as nobody has said who else may look. */
@Injectable()
export class LoopbackGuard implements CanActivate {
  canActivate(context: ExecutionContext): true {
    const request = nodeRequest(context.switchToHttp().getRequest<MaybeWrapped<IncomingMessage>>());
    if (isLocal(request)) return true;
    throw new ForbiddenException(
      'The monitor answers only to clients on its own machine, at localhost and not through a proxy: give MonitorModule.forRoot() guards to open it to others.',
    );
  }
}

/**
 * Also by the name that was asked for, since a name of somebody else can lead here, and by the page that asks, since a
 * page of somebody else can ask a browser to. HTTP/1.0 is what nginx speaks to an application, and no browser does.
 */
function isLocal({ socket, headers, httpVersion }: IncomingMessage): boolean {
  if (!LOOPBACK_ADDRESS.test(socket.remoteAddress ?? '') || httpVersion === '1.0' || isForwarded(headers)) return false;
  if (headers.origin !== undefined && !LOOPBACK_HOST.test(headers.origin.replace(/^https?:\/\//, ''))) return false;
  return LOOPBACK_HOST.test(headers.host ?? String(headers[':authority'] ?? ''));
}

function isForwarded(headers: IncomingHttpHeaders): boolean {
  return FORWARDED.some((name) => headers[name] !== undefined);
}
