/**
 * The prototype of the class that handles what guards, pipes, interceptors and handlers of messages throw. It has no
 * public name, and has been at this place since Nest 10.
 *
 * @errors rejects if it is not there
 */
export async function loadRpcExceptionsHandler(): Promise<object> {
  const { RpcExceptionsHandler } = await import('@nestjs/microservices/exceptions/rpc-exceptions-handler.js');
  return RpcExceptionsHandler.prototype;
}
