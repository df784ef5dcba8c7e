import { once } from 'node:events';
import { createServer } from 'node:net';

/** The port if it is free on the loopback address. Otherwise 0, with which the system chooses one. */
export async function portOrAny(port: number): Promise<number> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
    server.close();
    await once(server, 'close');
    return port;
  } catch {
    return 0;
  }
}
