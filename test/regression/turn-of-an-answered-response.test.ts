import { once } from 'node:events';
import { Agent, createServer, get, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { itsTurn } from '../../lib/serving/turn.js';

const agent = new Agent({ keepAlive: true });
// Connections are kept open for as long as the test runs.
const server = createServer({ keepAliveTimeout: 0 });
afterEach(() => {
  agent.destroy();
  server.close();
});

it('a response that was answered by somebody else has no turn to wait for, though its connection is kept open', async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const requested = once(server, 'request') as Promise<[IncomingMessage, ServerResponse]>;
  const { port } = server.address() as AddressInfo;
  const client = get({ port, host: '127.0.0.1', agent });
  const [request, response] = await requested;
  const finished = once(response, 'finish');
  response.end('too late');
  const [answer] = (await once(client, 'response')) as [IncomingMessage];
  answer.resume();
  await finished;
  expect(await itsTurn(request, response)).toBe(false);
});
