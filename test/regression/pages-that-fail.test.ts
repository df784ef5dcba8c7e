import { Server } from 'node:http';
import { afterEach, expect, it, vi } from 'vitest';
import { PortPages, SECRET_HEADER } from '../../lib/serving/port-pages.js';
import { send } from '../support/http-client.js';

const failures: unknown[] = [];
const pages = new PortPages(true, (error) => failures.push(error));

afterEach(async () => {
  failures.length = 0;
  await pages.close();
});

it('pages that reject, and connections that cannot be accepted, are no error of the process', async () => {
  const listen = vi.spyOn(Server.prototype, 'listen');
  const unhandled: unknown[] = [];
  const note = (error: unknown) => unhandled.push(error);
  process.on('unhandledRejection', note);
  try {
    pages.serve({ path: '/pages', answer: () => Promise.reject(new Error('the page failed')) });
    const { port, secret } = (await pages.open())!;
    await expect(send(port, { path: '/pages', headers: { [SECRET_HEADER]: secret } })).rejects.toThrow(
      'socket hang up',
    );
    await expect(send(port, { path: '/pages', headers: { [SECRET_HEADER]: 'guessed' } })).rejects.toThrow('hang up');
    // As Node does when accept() fails.
    const server = listen.mock.contexts[0] as Server;
    server.emit('error', new Error('accept EMFILE'));
    expect(failures.map(String)).toEqual(['Error: the page failed', 'Error: accept EMFILE']);
    expect(unhandled).toEqual([]);
  } finally {
    process.off('unhandledRejection', note);
    listen.mockRestore();
  }
});
