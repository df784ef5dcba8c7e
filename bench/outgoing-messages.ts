import { channel } from 'node:diagnostics_channel';
import { EventEmitter } from 'node:events';

const CREATED = channel('http.client.request.created');
const STARTED = channel('http.client.request.start');
const ANSWERED = channel('http.client.response.finish');

/** Of Node's `ClientRequest`, what is looked at. */
class HttpRequest extends EventEmitter {
  readonly method = 'GET';
  readonly protocol = 'http:';
  readonly host = 'dogs.example.com';
  readonly agent = {};
  readonly destroyed = false;
  res: HttpResponse | null = null;

  getHeader(): string {
    return this.host;
  }
}

class HttpResponse extends EventEmitter {
  readonly statusCode = 200;
  readonly complete = true;
}

/** Publishes and emits what Node does for one request of `http` that is answered. */
export function tellOfHttpRequest(): void {
  const request = new HttpRequest();
  if (CREATED.hasSubscribers) CREATED.publish({ request });
  if (STARTED.hasSubscribers) STARTED.publish({ request });
  const response = (request.res = new HttpResponse());
  if (ANSWERED.hasSubscribers) ANSWERED.publish({ request, response });
  response.emit('end');
  request.emit('close');
}

const CREATE = channel('undici:request:create');
const HEADERS = channel('undici:request:headers');
const TRAILERS = channel('undici:request:trailers');

/** Of undici's `Request`, what is looked at. */
class FetchRequest {
  readonly method = 'GET';
  readonly origin = 'https://dogs.example.com';
  readonly upgrade = undefined;
}

/** Publishes what undici does for one `fetch` that is answered. */
export function tellOfFetch(): void {
  const request = new FetchRequest();
  if (CREATE.hasSubscribers) CREATE.publish({ request });
  if (HEADERS.hasSubscribers) HEADERS.publish({ request, response: { statusCode: 200 } });
  if (TRAILERS.hasSubscribers) TRAILERS.publish({ request, trailers: [] });
}
