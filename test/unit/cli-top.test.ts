import { createServer, type Server } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { bucketQuantile } from '../../lib/cli/top/bucket-quantile.js';
import { type Interval, intervalBetween } from '../../lib/cli/top/interval.js';
import { readPublished } from '../../lib/cli/read/published.js';
import { runCommand } from '../support/command.js';
import { listen } from '../support/listen.js';

interface Row {
  readonly labels: string;
  readonly count: number;
  readonly sum: number;
}

function histogram(name: string, rows: readonly Row[]): string {
  const samples = rows.flatMap(({ labels, count, sum }) => [
    `${name}_bucket{${labels},le="0.1"} ${count / 2}`,
    `${name}_bucket{${labels},le="1"} ${count}`,
    `${name}_bucket{${labels},le="+Inf"} ${count}`,
    `${name}_sum{${labels}} ${sum}`,
    `${name}_count{${labels}} ${count}`,
  ]);
  return [`# TYPE ${name} histogram`, ...samples, ''].join('\n');
}

const ROUTES = 'nestjs_http_request_duration_seconds';
const route = (path: string, status: string, count: number, sum: number): Row => ({
  labels: `method="GET",route="${path}",status_class="${status}"`,
  count,
  sum,
});

/** What happened in ten seconds between two texts. */
function between(before: string, after: string, order: Parameters<typeof intervalBetween>[2] = 'time'): Interval {
  return intervalBetween(
    { published: readPublished(before), at: 100 },
    { published: readPublished(after), at: 110 },
    order,
  );
}

describe('what happened between two scrapes', () => {
  it('is per route, its classes of status together', () => {
    const { seconds, tables } = between(
      histogram(ROUTES, [route('/a', '2xx', 10, 1), route('/a', '5xx', 0, 0), route('/idle', '2xx', 5, 5)]),
      histogram(ROUTES, [route('/a', '2xx', 40, 7), route('/a', '5xx', 10, 2), route('/idle', '2xx', 5, 5)]),
    );
    expect(seconds).toBe(10);
    expect(tables.map(({ subject }) => subject.title)).toEqual(['routes']);
    expect(tables[0]?.activities).toEqual([
      {
        labels: { method: 'GET', route: '/a' },
        perSecond: 4,
        meanSeconds: 8 / 40,
        p95Seconds: expect.closeTo(0.91) as number,
        failedRatio: 0.25,
        busy: 0.8,
      },
    ]);
  });

  it('counts from 0 after a restart, also what is new', () => {
    const { tables } = between(
      histogram(ROUTES, [route('/a', '2xx', 100, 50)]),
      histogram(ROUTES, [route('/a', '2xx', 20, 4), route('/b', '2xx', 10, 1)]),
    );
    expect(tables[0]?.activities.map(({ labels, perSecond, busy }) => [labels['route'], perSecond, busy])).toEqual([
      ['/a', 2, 0.4],
      ['/b', 1, 0.1],
    ]);
  });

  it.each<readonly [order: 'rate' | 'mean' | 'p95' | 'time' | 'failed', first: string]>([
    ['rate', '/often'],
    ['mean', '/slow'],
    ['time', '/slow'],
    ['failed', '/failing'],
  ])('is ordered by %s', (order, first) => {
    const after = [route('/often', '2xx', 100, 1), route('/failing', '5xx', 2, 0.1), route('/slow', '2xx', 2, 10)];
    const { tables } = between(histogram(ROUTES, []), histogram(ROUTES, after), order);
    expect(tables[0]?.activities[0]?.labels['route']).toBe(first);
  });

  it.each<readonly [naming: string, name: string, labels: string]>([
    [
      'nest, with a namespace',
      `shop_typeorm_query_duration_seconds`,
      'data_source="default",operation="select",entity="Dog"',
    ],
    ['django', 'django_http_requests_latency_seconds_by_view_method', 'method="GET",view="dogs"'],
    ['django', 'django_db_query_duration_seconds', 'alias="default",vendor="postgresql"'],
    ['otel', 'http_server_request_duration_seconds', 'http_request_method="GET",http_route="/dogs"'],
    [
      'otel',
      'db_client_operation_duration_seconds',
      'db_namespace="a",db_operation_name="SELECT",db_collection_name="dog"',
    ],
  ])('is known in the naming %s', (_, name, labels) => {
    const info = name.startsWith('shop_') ? '# TYPE shop_nestjs_metrics_info gauge\nshop_nestjs_metrics_info 1\n' : '';
    const { tables } = between(info, info + histogram(name, [{ labels, count: 10, sum: 1 }]));
    expect(tables).toHaveLength(1);
    expect(Object.values(tables[0]?.activities[0]?.labels ?? {}).every((value) => value !== '')).toBe(true);
  });
});

describe('a quantile of buckets', () => {
  it.each<readonly [quantile: number, buckets: readonly (readonly [number, number])[], expected: number | undefined]>([
    [
      0.5,
      [
        [1, 10],
        [2, 20],
        [Infinity, 20],
      ],
      1,
    ],
    [
      0.75,
      [
        [1, 10],
        [2, 20],
        [Infinity, 20],
      ],
      1.5,
    ],
    [
      0.95,
      [
        [1, 10],
        [2, 10],
        [Infinity, 20],
      ],
      2,
    ],
    [0.5, [[Infinity, 4]], 0],
    [
      0.5,
      [
        [1, 0],
        [Infinity, 0],
      ],
      undefined,
    ],
    [0.5, [], undefined],
  ])('%s of %j is %s', (quantile, buckets, expected) => {
    expect(bucketQuantile(quantile, new Map(buckets))).toBe(expected);
  });
});

describe('the command', () => {
  const servers: Server[] = [];
  afterEach(async () => {
    for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
  });

  /** An endpoint whose counts grow by 10 with every scrape. `undefined` stands for one that fails. */
  async function growing(path = '/dogs', failing: readonly number[] = []): Promise<string> {
    let scrapes = 0;
    const server = createServer((_, response) => {
      scrapes += 1;
      if (failing.includes(scrapes)) return void response.writeHead(503).end();
      const body = histogram(ROUTES, [route(path, '2xx', scrapes * 10, scrapes)]);
      return void response.writeHead(200, { 'content-type': 'text/plain', connection: 'close' }).end(body);
    });
    servers.push(server);
    return `http://127.0.0.1:${await listen(server)}/metrics`;
  }

  it('does not show the password in the URL', async () => {
    const url = (await growing()).replace('//', '//rex:bone@');
    const { status, out } = await runCommand(['top', url, '--once', '--interval', '0.05']);
    expect(status).toBe(0);
    expect(out).toMatch(/^http:\/\/127\.0\.0\.1:/);
  });

  it('shows one interval with --once', async () => {
    const { status, out, err } = await runCommand(['top', await growing(), '--once', '--interval', '0.05']);
    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(out).toMatch(/routes: 1\nper second +mean +p95 +failed +busy +method +route\n/);
    expect(out).toMatch(/ 100\.0 ms +\S+ ms +0\.0% +\S+ +GET +\/dogs\n/);
    expect(out).not.toContain('\u001b');
  });

  it('goes on until Ctrl-C, on a screen in its place, and over a scrape that fails', async () => {
    const stop = new AbortController();
    const shown: string[] = [];
    const url = await growing('/dogs', [3]);
    const { status, err } = await runCommand(['top', url, '--interval', '0.05'], {
      columns: 60,
      stop: stop.signal,
      onPrint: (text) => {
        if (shown.push(text) === 2) stop.abort();
      },
    });
    expect(status).toBe(0);
    expect(err).toMatch(/answers 503/);
    expect(shown).toHaveLength(2);
    for (const text of shown) expect(text.startsWith('\u001b[H\u001b[J')).toBe(true);
  });

  it('prints lines of JSON', async () => {
    const { out } = await runCommand(['top', await growing(), '--once', '--json', '--interval', '0.05']);
    expect(JSON.parse(out)).toMatchObject({
      tables: [
        { title: 'routes', rows: [{ labels: { method: 'GET', route: '/dogs' }, meanSeconds: 0.1, failedRatio: 0 }] },
      ],
    });
  });

  it('lets no label value control the terminal', async () => {
    const url = await growing('/\u001b[2J\u009b\u202e');
    const { out } = await runCommand(['top', url, '--once', '--interval', '0.05'], { columns: 100 });
    expect(out).toContain(String.raw`/\x1b[2J\x9b\u202e`);
    expect(out).not.toMatch(/(?!\n)[\p{Cc}\u202e]/u);
  });

  it('refuses a file, and an endpoint that has none of these metrics', async () => {
    expect(await runCommand(['top', 'metrics.txt'])).toMatchObject({ status: 2 });
    const server = createServer((_, response) => void response.end('# TYPE a gauge\na 1\n'));
    servers.push(server);
    const { status, err } = await runCommand(['top', `http://127.0.0.1:${await listen(server)}`]);
    expect(err).toMatch(/^error: \S+ has no metrics of routes or SQL statements that this command knows\.\n$/);
    expect(status).toBe(2);
  });
});
