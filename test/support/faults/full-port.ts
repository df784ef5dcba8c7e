import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { onProcessEnd } from '../on-process-end.js';

/** Listens, and its event loop never turns again, so that the kernel has to keep the connections. */
const PROGRAM = `
  const server = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
    require('node:fs').writeSync(1, String(server.address().port));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  });
`;

/** More than the kernel keeps. */
const CONNECTIONS = 5;

/** A port at which no connection comes about, nor is one refused: like that of a host which a firewall hides. */
export class FullPort implements AsyncDisposable {
  static async start(): Promise<FullPort> {
    const child = spawn(process.execPath, ['-e', PROGRAM], { stdio: ['ignore', 'pipe', 'inherit'] });
    const forget = onProcessEnd(() => child.kill('SIGKILL'));
    const [text] = (await once(child.stdout, 'data')) as [Buffer];
    const port = Number(text.toString());
    const sockets = Array.from({ length: CONNECTIONS }, () => connect(port, '127.0.0.1').on('error', () => undefined));
    await once(sockets[0]!, 'connect');
    return new FullPort(port, async () => {
      for (const socket of sockets) socket.destroy();
      forget();
      child.kill('SIGKILL');
      await once(child, 'exit');
    });
  }

  private constructor(
    readonly port: number,
    private readonly stop: () => Promise<void>,
  ) {}

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
}
