import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { isAlive, LifeSocket } from '../../lib/host/life-socket.js';
import { BundledProgram } from '../support/bundled-process.js';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'life-'));
  path = join(folder, 'one.life');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a life socket', () => {
  it('is there until it is closed', async () => {
    expect(await isAlive(path)).toBe(false);
    const socket = await LifeSocket.open(path);
    expect(await isAlive(path)).toBe(true);
    expect(readdirSync(folder)).toEqual(['one.life']);
    await socket.close();
    await socket.close();
    expect(await isAlive(path)).toBe(false);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('answers more often than a backlog is long', async () => {
    const socket = await LifeSocket.open(path);
    const answers = await Promise.all(Array.from({ length: 1000 }, () => isAlive(path)));
    expect(answers.every(Boolean)).toBe(true);
    await socket.close();
  });

  it('is not alive where there is another file', async () => {
    writeFileSync(path, '');
    expect(await isAlive(path)).toBe(false);
  });

  it('rejects where it cannot be opened, and leaves nothing', async () => {
    await expect(LifeSocket.open(join(folder, 'missing', 'one.life'))).rejects.toThrow(/ENOENT|EACCES/);
    const other = createServer().listen(`${path}~`);
    await once(other, 'listening');
    await expect(LifeSocket.open(path)).rejects.toThrow('EADDRINUSE');
    other.close();
    await once(other, 'close');
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('the life socket of another process', () => {
  let program: BundledProgram;
  beforeAll(async () => void (program = await BundledProgram.of('life-socket-main.ts')));
  afterAll(() => program.remove());

  it('is alive while the process hangs or is stopped, and dead after kill -9, though its file is left', async () => {
    const child = await program.start(path);
    expect(await isAlive(path)).toBe(true);
    child.send('hang');
    await once(child, 'message');
    expect(await isAlive(path)).toBe(true);
    child.kill('SIGSTOP');
    expect(await isAlive(path)).toBe(true);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await isAlive(path)).toBe(false);
    expect(readdirSync(folder)).toEqual(['one.life']);
  });

  it('does not keep its process alive', async () => {
    const child = await program.start(path);
    child.disconnect();
    const [code] = await once(child, 'exit');
    expect(code).toBe(0);
    expect(await isAlive(path)).toBe(false);
  });

  it('ends with a worker of cluster, not with its primary', async () => {
    const primary = await program.start(path, 'cluster');
    expect(await isAlive(path)).toBe(true);
    primary.send('kill the worker');
    await once(primary, 'message');
    expect(await isAlive(path)).toBe(false);
    primary.kill('SIGKILL');
    await once(primary, 'exit');
  });
});
