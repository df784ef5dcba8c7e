import { type OutgoingError } from '../outgoing-events.js';

/** Codes of Node, of the operating system, of undici and of axios, by what they mean. */
const BY_CODE: ReadonlyMap<string, OutgoingError> = new Map([
  ['ECONNREFUSED', 'refused'],
  ['ECONNRESET', 'reset'],
  ['EPIPE', 'reset'],
  ['UND_ERR_SOCKET', 'reset'],
  ['ERR_STREAM_PREMATURE_CLOSE', 'reset'],
  ['ERR_HTTP2_STREAM_ERROR', 'reset'],
  ['ERR_HTTP2_SESSION_ERROR', 'reset'],
  ['ETIMEDOUT', 'timeout'],
  ['ESOCKETTIMEDOUT', 'timeout'],
  ['ERR_SOCKET_CONNECTION_TIMEOUT', 'timeout'],
  ['ERR_TLS_HANDSHAKE_TIMEOUT', 'timeout'],
  ['UND_ERR_CONNECT_TIMEOUT', 'timeout'],
  ['UND_ERR_HEADERS_TIMEOUT', 'timeout'],
  ['UND_ERR_BODY_TIMEOUT', 'timeout'],
  ['UND_ERR_PRX_TLS', 'tls'],
  ['ENOTFOUND', 'dns'],
  ['ENODATA', 'dns'],
  ['ESERVFAIL', 'dns'],
  ['ABORT_ERR', 'aborted'],
  ['ERR_CANCELED', 'aborted'],
  ['ERR_HTTP2_STREAM_CANCEL', 'aborted'],
  ['UND_ERR_ABORT', 'aborted'],
  ['UND_ERR_ABORTED', 'aborted'],
  ['UND_ERR_CLOSED', 'aborted'],
  ['UND_ERR_DESTROYED', 'aborted'],
]);

/** Of TLS itself, and OpenSSL's reasons for not trusting a certificate. */
const TLS =
  /^(?:ERR_SSL_|ERR_TLS_|UNABLE_TO_|CERT_|CRL_)|SELF_SIGNED|^(?:EPROTO|INVALID_CA|INVALID_PURPOSE|HOSTNAME_MISMATCH)$/;

/**
 * What an error means. Several addresses of one host have one error with the code of the first. An error without a code
 * is none of the network: it is the application's reason for giving up, or an error of the body that it sends.
 */
export function outgoingError(error: unknown): OutgoingError {
  const { code, name, message, cause } = Object(error) as Readonly<Record<string, unknown>>;
  if (name === 'TimeoutError' || isTimeout(cause)) return 'timeout';
  // What axios says by default of its own timeout, and of nothing else that ends a request.
  if (code === 'ECONNABORTED') return String(message).startsWith('timeout') ? 'timeout' : 'aborted';
  // From Node 24 on, undici's has no code.
  if (name === 'HTTPParserError') return 'other';
  if (typeof code !== 'string') return 'aborted';
  return BY_CODE.get(code) ?? byPattern(code);
}

function byPattern(code: string): OutgoingError {
  if (code.startsWith('EAI_')) return 'dns';
  return TLS.test(code) ? 'tls' : 'other';
}

/** `AbortSignal.timeout()` is the cause of an AbortError. */
function isTimeout(cause: unknown): boolean {
  return (cause as { readonly name?: unknown } | null | undefined)?.name === 'TimeoutError';
}
