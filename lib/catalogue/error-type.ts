import { typeOrmErrorType } from './typeorm-errors.js';

/** Constructors of errors, with any arguments. */
export type ErrorClass = abstract new (...args: never[]) => Error;

/** JavaScript's own error classes that any application may throw. */
const REGISTERED: readonly ErrorClass[] = [TypeError, RangeError, SyntaxError, ReferenceError, URIError];

/** The label value of every other error. */
export const OTHER_ERROR = '_OTHER';

/**
 * The class name of an error, if the application's code decides that name: an HttpException, an RpcException, a
 * WsException, `Error` itself, a registered class, or one of JavaScript's or TypeORM's own classes. Anything else is `_OTHER`, and so is a value that
 * cannot be read.
 * The class name of an error, if the application's code decides that name: an HttpException, a GraphQLError, `Error`
 * itself, a registered class, or one of JavaScript's or TypeORM's own classes. Anything else is `_OTHER`, and so is a
 * value that cannot be read.
 */
export function errorType(error: unknown, registered: readonly ErrorClass[]): string {
  try {
    return classOf(error, registered);
  } catch {
    return OTHER_ERROR;
  }
}

function classOf(error: unknown, registered: readonly ErrorClass[]): string {
  if (!(error instanceof Error)) return OTHER_ERROR;
  const own: unknown = error.constructor;
  if (own === Error) return 'Error';
  if (isHttpException(error)) return classNameOf(own) ?? 'HttpException';
  if (isMessageException(error)) return classNameOf(own) ?? 'RpcException';
  if (isGraphQLError(error)) return classNameOf(own) ?? 'GraphQLError';
  const match = [...registered, ...REGISTERED].find((type) => error instanceof type);
  return match?.name ?? typeOrmErrorType(error) ?? OTHER_ERROR;
}

/** Checked by shape, not by `instanceof`: a process with two copies of Nest has two HttpException classes. */
function isHttpException(error: Error): boolean {
  const candidate = error as { getStatus?: unknown; getResponse?: unknown };
  return typeof candidate.getStatus === 'function' && typeof candidate.getResponse === 'function';
}

/** RpcException and WsException, which have the same shape; by shape for the same reason. */
function isMessageException(error: Error): boolean {
  return typeof (error as { getError?: unknown }).getError === 'function';
}

/** By shape as well: GraphQLError itself, and the classes of Apollo, Mercurius and the application that inherit from it. */
function isGraphQLError(error: Error): boolean {
  const { extensions } = error as { extensions?: unknown };
  return Object.prototype.toString.call(error) === '[object GraphQLError]' && typeof extensions === 'object';
}

function classNameOf(constructor: unknown): string | undefined {
  return typeof constructor === 'function' && constructor.name !== '' ? constructor.name : undefined;
}
