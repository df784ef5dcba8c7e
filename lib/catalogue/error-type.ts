import { typeOrmErrorType } from './typeorm-errors.js';

/** Constructors of errors, whatever their arguments. */
export type ErrorClass = abstract new (...args: never[]) => Error;

/** Errors whose class name says something and that any application may throw. */
const REGISTERED: readonly ErrorClass[] = [TypeError, RangeError, SyntaxError, ReferenceError, URIError];

/** The label of everything else. */
export const OTHER_ERROR = '_OTHER';

/**
 * The class of what was thrown, where its name is one that the application's code decides: an HttpException, `Error`
 * itself, a registered class, one of JavaScript's own or one of TypeORM's. Anything else, and whatever cannot be read,
 * is `_OTHER`.
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
  const match = [...registered, ...REGISTERED].find((type) => error instanceof type);
  return match?.name ?? typeOrmErrorType(error) ?? OTHER_ERROR;
}

/** By shape, not by `instanceof`: two copies of Nest in one process have two classes. */
function isHttpException(error: Error): boolean {
  const candidate = error as { getStatus?: unknown; getResponse?: unknown };
  return typeof candidate.getStatus === 'function' && typeof candidate.getResponse === 'function';
}

function classNameOf(constructor: unknown): string | undefined {
  return typeof constructor === 'function' && constructor.name !== '' ? constructor.name : undefined;
}
