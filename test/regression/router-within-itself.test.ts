import { type IncomingMessage, type ServerResponse } from 'node:http';
import express, { type Router } from 'express';
import { afterEach, describe, expect, it } from 'vitest';
import { answered, NestApp } from '../support/nest-app.js';

const answer = (_: IncomingMessage, response: ServerResponse) => void response.end('answered');

describe('a router that is mounted within itself has no more routes than it has mounts', () => {
  let app: NestApp;
  let routes: Set<string>;
  afterEach(() => app.close());

  async function start(register: (app: Router) => void): Promise<void> {
    routes = new Set();
    app = await NestApp.start('express', {
      metrics: { listeners: [{ requestAnswered: ({ route }) => void routes.add(route.template) }] },
      prepare: (nest) => register(nest.getHttpAdapter().getInstance() as never),
    });
  }

  const mountTree = (...paths: string[]) =>
    start((root) => {
      const tree = express.Router();
      tree.get('/', answer);
      tree.get('/leaf/:id', answer);
      for (const path of paths) tree.use(path, tree);
      root.use('/tree', tree);
    });

  it('under a parameter', async () => {
    await mountTree('/:child');
    for (let depth = 0; depth < 50; depth += 1) {
      await app.send(`/tree${'/x'.repeat(depth)}`);
      await app.send(`/tree${'/x'.repeat(depth)}/leaf/17`);
    }
    expect(routes).toEqual(new Set(['/tree', '/tree/leaf/:id', '/tree/:child', '/tree/:child/leaf/:id']));
  });

  it('under several paths, in whatever order', async () => {
    await mountTree('/a', '/b');
    for (let i = 2; i < 200; i += 1) {
      const bits = i.toString(2).slice(1).split('');
      await app.send(`/tree/${bits.map((bit) => (bit === '0' ? 'a' : 'b')).join('/')}`);
    }
    expect(routes).toEqual(new Set(['/tree/a', '/tree/b', '/tree/a/b', '/tree/b/a']));
  });

  it('through another one, and a route before it that passes on', async () => {
    await start((root) => {
      const [outer, inner] = [express.Router(), express.Router()];
      outer.get('/{*splat}', (_, __, next) => next());
      outer.get('/end', answer);
      outer.use('/inner', inner);
      inner.use('/outer', outer);
      root.use('/outer', outer);
    });
    const paths = Array.from({ length: 30 }, (_, depth) => `/outer${'/inner/outer'.repeat(depth)}/end`);
    for (const path of paths) await app.send(path);
    expect(routes).toEqual(new Set(['/outer/end', '/outer/inner/outer/end']));
    expect(answered(await app.changes(() => app.send('/outer/inner/nothing')))).toEqual(['GET _unmatched 404']);
  });
});

it('an application that registers a route for each request has a bound', async () => {
  const routes = new Set<string>();
  const app = await NestApp.start('express', {
    metrics: { listeners: [{ requestAnswered: ({ route }) => void routes.add(route.template) }] },
    prepare: (nest) => {
      nest.use('/each', (request: IncomingMessage & { path: string }, response: ServerResponse, next: () => void) => {
        const router = express.Router();
        router.get(request.path, answer);
        router(request as never, response as never, next);
      });
    },
  });
  for (let sent = 0; sent < 1200; sent += 50) {
    await Promise.all(Array.from({ length: 50 }, (_, i) => app.send(`/each/${sent + i}`)));
  }
  expect(routes.size).toBe(1001);
  expect(routes).toContain('_unmatched');
  expect(answered(await app.changes(() => app.send('/each/7')))).toEqual(['GET /each/7 200']);
  await app.close();
});
