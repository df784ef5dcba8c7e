import { expect, it } from 'vitest';
import { outgoingError } from '../../lib/observe/outgoing/outgoing-error.js';

const withCode = (code: unknown, message = '') => Object.assign(new Error(message), { code });
const timeout = new DOMException('It took too long.', 'TimeoutError');

it.each<[string, unknown]>([
  ['refused', withCode('ECONNREFUSED')],
  ['refused', Object.assign(new AggregateError([withCode('ECONNREFUSED')]), { code: 'ECONNREFUSED' })],
  ['reset', withCode('ECONNRESET')],
  ['reset', withCode('UND_ERR_SOCKET')],
  ['reset', withCode('ERR_HTTP2_STREAM_ERROR')],
  ['timeout', withCode('ETIMEDOUT')],
  ['timeout', withCode('UND_ERR_HEADERS_TIMEOUT')],
  ['timeout', withCode('ECONNABORTED', 'timeout of 50ms exceeded')],
  ['timeout', timeout],
  ['timeout', Object.assign(withCode('ABORT_ERR'), { cause: timeout })],
  ['tls', withCode('DEPTH_ZERO_SELF_SIGNED_CERT')],
  ['tls', withCode('ERR_TLS_CERT_ALTNAME_INVALID')],
  ['tls', withCode('ERR_SSL_WRONG_VERSION_NUMBER')],
  ['tls', withCode('CERT_HAS_EXPIRED')],
  ['dns', withCode('ENOTFOUND')],
  ['dns', withCode('EAI_AGAIN')],
  ['aborted', withCode('ABORT_ERR')],
  ['aborted', withCode('ECONNABORTED', 'Request aborted')],
  ['aborted', withCode('UND_ERR_DESTROYED')],
  ['aborted', new DOMException('It was aborted.', 'AbortError')],
  ['aborted', new Error('the user has left')],
  ['aborted', 'a text'],
  ['aborted', undefined],
  ['aborted', null],
  ['other', withCode('HPE_INVALID_CONSTANT')],
  ['other', Object.assign(new Error('no HTTP'), { name: 'HTTPParserError', code: undefined })],
  ['other', withCode('EHOSTUNREACH')],
])('%s is what %o means', (kind, error) => expect(outgoingError(error)).toBe(kind));
