import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { abortAfter, send, sendPipelined, sendRaw } from '../../support/http-client.js';
import { listen } from '../../support/listen.js';

let server: Server;
let port: number;
let handle: (request: IncomingMessage, response: ServerResponse) => void;

beforeEach(async () => {
  server = createServer((request, response) => handle(request, response));
  port = await listen(server);
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

/** Resolves when the server notices that the client has left; to what it had read of the request's body. */
function noticed(respond: (response: ServerResponse) => void): Promise<string> {
  return new Promise((resolve) => {
    handle = (request, response) => {
      let body = '';
      request.on('data', (chunk) => (body += String(chunk))).on('error', () => undefined);
      response.once('close', () => resolve(body));
      respond(response);
    };
  });
}

describe('send', () => {
  it('sends method, path, headers and body as given', async () => {
    handle = (request, response) => {
      request.setEncoding('utf8').on('data', (body: string) => {
        response
          .writeHead(207, { 'x-seen': `${request.method} ${request.url} ${String(request.headers['x-a'])}` })
          .end(body);
      });
    };
    const answer = await send(port, { method: 'PROPFIND', path: '/a/../b?c', headers: { 'x-a': '1' }, body: 'dög' });
    expect(answer).toMatchObject({ status: 207, body: 'dög' });
    expect(answer.headers['x-seen']).toBe('PROPFIND /a/../b?c 1');
  });

  it('rejects when the answer is cut off', async () => {
    handle = (_, response) => {
      response.writeHead(200, { 'content-length': '10' }).write('abc', () => response.destroy());
    };
    await expect(send(port)).rejects.toThrow('aborted');
  });
});

describe('sendRaw', () => {
  it('gives the whole answer to text no client would send', async () => {
    expect(await sendRaw(port, 'NONSENSE\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 Bad Request/);
  });

  it('gives the whole answer to a request that closes', async () => {
    handle = (_, response) => response.end('woof');
    expect(await sendRaw(port, 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')).toMatch(/200 OK[^]*woof$/);
  });
});

describe('sendPipelined', () => {
  it('sends everything before the first answer and tells the answers apart', async () => {
    const waiting: ServerResponse[] = [];
    handle = (request, response) => {
      waiting.push(response);
      response.setHeader('x-path', request.url ?? '');
      if (waiting.length < 5) return;
      const [whole, head, chunked, empty, last] = waiting;
      last?.end('last');
      empty?.writeHead(204).end();
      chunked?.write('chu');
      chunked?.end('nked');
      head?.writeHead(200, { 'content-length': '4' }).end();
      whole?.writeEarlyHints({ link: '</a>; rel=preload' });
      whole?.end('whole');
    };
    const answers = await sendPipelined(port, [
      { path: '/whole' },
      { path: '/head', method: 'HEAD' },
      { path: '/chunked', method: 'POST', body: 'x' },
      { path: '/empty' },
      { path: '/last' },
    ]);
    expect(answers.map(({ status, headers, body }) => [headers['x-path'], status, body])).toEqual([
      ['/whole', 200, 'whole'],
      ['/head', 200, ''],
      ['/chunked', 200, 'chunked'],
      ['/empty', 204, ''],
      ['/last', 200, 'last'],
    ]);
  });
});

describe('abortAfter', () => {
  it.each(['close', 'reset'] as const)('leaves by %s once the head of the answer is here', async (how) => {
    const left = noticed((response) => response.writeHead(200).flushHeaders());
    expect(await abortAfter(port, 'response head', {}, { how })).toMatch(/^HTTP\/1\.1 200 OK/);
    await left;
  });

  it('leaves with the first byte of the body', async () => {
    const left = noticed((response) => response.write('woof'));
    expect(await abortAfter(port, 'first body byte')).toMatch(/woof/);
    await left;
  });

  it('leaves in the middle of an upload, when a promise says so', async () => {
    const received = once(server, 'request');
    const left = noticed(() => undefined);
    const upload = { method: 'POST', headers: { 'content-length': '100' }, body: 'only this' };
    expect(await abortAfter(port, received, upload)).toBe('');
    expect(await left).toBe('only this');
  });

  it('leaves when the request is sent', async () => {
    const left = noticed(() => undefined);
    expect(await abortAfter(port, 'request sent')).toBe('');
    expect(await left).toBe('');
  });

  it('leaves before it has sent anything', async () => {
    const connection = once(server, 'connection');
    expect(await abortAfter(port, 'connected')).toBe('');
    await connection;
  });

  it('does not call it an abort when the server was first', async () => {
    handle = (request) => request.socket.end();
    await expect(abortAfter(port, 'response head')).rejects.toThrow('The server ended the connection before');
  });
});
