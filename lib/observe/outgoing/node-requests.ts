import { errorMonitor } from 'node:events';
import { type ClientRequest, type IncomingMessage } from 'node:http';
import { isOwnRequest } from '../../host/own-agent.js';
import { type ChannelHandlers, type FindObserver } from './channel-handlers.js';
import { CALL, type OutgoingCall } from './outgoing-call.js';

/** What is used of Node's requests and responses, and not documented: the same from Node 20 to 26. */
type ObservedRequest = ClientRequest & Marked & { readonly res?: ObservedResponse | null };
type ObservedResponse = IncomingMessage & Marked & { readonly upgrade?: boolean | null };

interface Marked {
  [CALL]?: OutgoingCall | undefined;
}

interface Message {
  readonly request: ObservedRequest;
}

/**
 * Requests of `http` and `https`, and so of axios. `created` exists from Node 22 on. On Node 20 a request is seen when it
 * was sent, or by its response or its error if that comes first.
 */
export function nodeHandlers(
  find: FindObserver,
): ChannelHandlers<Message & { readonly response: ObservedResponse } & { readonly error: unknown }> {
  const callOf = (request: ObservedRequest) => request[CALL] ?? follow(request, find);
  return {
    'http.client.request.created': ({ request }) => void callOf(request),
    'http.client.request.start': ({ request }) => void callOf(request),
    // Published with the head of the response, in spite of its name.
    'http.client.response.finish': ({ request, response }) => {
      const call = callOf(request);
      if (call === undefined) return;
      call.status = response.statusCode;
      response[CALL] = call;
      response.on('end', onEnd);
    },
    'http.client.request.error': ({ request, error }) => {
      if (callOf(request) !== undefined) onError.call(request, error);
    },
  };
}

function follow(request: ObservedRequest, find: FindObserver): OutgoingCall | undefined {
  if (isOwnRequest(request)) return undefined;
  const prefix = request.protocol === 'https:' ? 'https:' : 'http:';
  const call = find()?.started(request.method, prefix, authorityOf(request));
  if (call === undefined) return undefined;
  request[CALL] = call;
  // Old agents of proxies emit errors that are in no channel. The monitor does not make an error a handled one.
  request.on(errorMonitor, onError);
  request.on('close', onClose);
  return call;
}

/**
 * The host that it connects to. Its port is only known from the header, which the application can set: to the name of a
 * virtual host, or to what a client sent to a proxy. It is used where it names the same host.
 */
function authorityOf(request: ObservedRequest): string {
  const { host } = request;
  const header = request.getHeader('host');
  if (typeof header !== 'string' || header === host) return bracketed(host);
  return header.startsWith(`${bracketed(host)}:`) ? header : bracketed(host);
}

/** An IPv6 address as it stands in a URL. */
function bracketed(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}

/** The last byte was read. */
function onEnd(this: ObservedResponse): void {
  this[CALL]?.answered();
}

function onError(this: ObservedRequest, error: unknown): void {
  const call = this[CALL];
  if (call === undefined) return;
  if (this.res?.complete === true) call.answered();
  // The socket of a request that the application destroys tells the same as one that the other side resets.
  else if (this.destroyed && isReset(error)) call.failedAs('aborted');
  else call.failed(error);
}

/** The request is over. Without an error, and without the end of a response: nobody has read it, or it was cut off. */
function onClose(this: ObservedRequest): void {
  const { res, [CALL]: call } = this;
  if (call === undefined) return;
  if (res === undefined || res === null) return call.failedAs('aborted');
  call.status = res.statusCode;
  if (res.complete || res.upgrade === true) return call.answered();
  const { errored } = res;
  if (errored === null || (isReset(errored) && this.socket?.readableEnded !== true)) return call.failedAs('aborted');
  return call.failed(errored);
}

function isReset(error: unknown): boolean {
  return (error as { readonly code?: unknown } | null | undefined)?.code === 'ECONNRESET';
}
