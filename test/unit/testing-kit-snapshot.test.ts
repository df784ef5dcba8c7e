import { createServer, type RequestListener } from 'node:http';
import { defineCounter, defineHistogram, MetricStore, oneOf } from 'nestjs-prometheus-exporter';
import { delta, ExpositionFault, snapshot, Snapshot } from 'nestjs-prometheus-exporter/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { listen } from '../support/listen.js';
import { closedPort } from '../support/outgoing-server.js';

const TEXT = `# TYPE dogs gauge
dogs{breed="Beagle",sex="f"} 2
dogs{breed="Beagle",sex="m"} 3
dogs{breed="Poodle",sex="m"} 1
# TYPE barks_total counter
barks_total 7
# TYPE walk_seconds histogram
walk_seconds_bucket{le="1"} 1
walk_seconds_bucket{le="+Inf"} 2
walk_seconds_sum 5.5
walk_seconds_count 2
`;

const DOGS_BORN_TOTAL = defineCounter({ name: 'dogs_born_total', help: 'Puppies.', labels: { sex: oneOf('f', 'm') } });
const WALK_SECONDS = defineHistogram({ name: 'walk_seconds', help: 'Walks.', buckets: [1, 10] });

describe('a snapshot', () => {
  it('knows series by all of their labels, or by some', () => {
    const metrics = Snapshot.of(TEXT);
    expect(metrics.value('dogs', { sex: 'm', breed: 'Beagle' })).toBe(3);
    expect(metrics.value('dogs', { breed: 'Beagle' })).toBeUndefined();
    expect(metrics.sum('dogs', { breed: 'Beagle' })).toBe(5);
    expect(metrics.sum('dogs')).toBe(6);
    expect(metrics.sum('cats')).toBe(0);
    expect(metrics.series('dogs', { sex: 'm' }).map(({ labels }) => labels['breed'])).toEqual(['Beagle', 'Poodle']);
    expect([...metrics.families.keys()]).toEqual(['dogs', 'barks_total', 'walk_seconds']);
  });

  it('has the samples of histograms', () => {
    const metrics = Snapshot.of(TEXT);
    expect(metrics.value('walk_seconds_count')).toBe(2);
    expect(metrics.value('walk_seconds_sum')).toBe(5.5);
    expect(metrics.value('walk_seconds_bucket', { le: '1' })).toBe(1);
    expect(metrics.families.get('walk_seconds')?.samples).toHaveLength(4);
  });

  it('takes what other exporters write, too: no TYPE, no order, nothing but a head', () => {
    const metrics = Snapshot.of('dogs{a="1"} 1\ncats 2\ndogs{a="2"} 3\n# TYPE birds gauge\n');
    expect(metrics.sum('dogs')).toBe(4);
    expect(metrics.families.get('dogs')?.type).toBe('untyped');
    expect(metrics.families.get('birds')?.samples).toEqual([]);
  });

  it('reads OpenMetrics', () => {
    const metrics = Snapshot.of('# TYPE barks counter\nbarks_total 7 # {trace_id="a"} 1\n# EOF\n');
    expect(metrics.value('barks_total')).toBe(7);
    expect(metrics.families.get('barks')?.type).toBe('counter');
  });

  it.each([
    ['dogs{ 1\n', /in line 1/],
    ['dogs 1\n# TYPE dogs gauge\n', /after its samples in line 2/],
    ['# TYPE dogs gauge\n# TYPE dogs counter\n', /second TYPE of dogs in line 2/],
    ['dogs 1', /does not end in a line feed/],
  ])('cannot be made of %j', (text, fault) => {
    expect(() => Snapshot.of(text)).toThrow(ExpositionFault);
    expect(() => Snapshot.of(text)).toThrow(fault);
  });
});

describe('snapshot()', () => {
  it('reads a store, and does not change with it', async () => {
    const store = new MetricStore({ namespace: 'kennel' });
    const born = store.counter(DOGS_BORN_TOTAL).labels({ sex: 'f' });
    store.histogram(WALK_SECONDS).labels({}).observe(3);
    const before = await snapshot(store);
    born.inc();
    expect(before.value('kennel_dogs_born_total', { sex: 'f' })).toBe(0);
    expect((await snapshot(store)).value('kennel_dogs_born_total', { sex: 'f' })).toBe(1);
    expect(before.value('kennel_walk_seconds_bucket', { le: '10' })).toBe(1);
  });

  it('takes a text, and gives a snapshot back', async () => {
    const metrics = await snapshot(TEXT);
    expect(metrics.value('barks_total')).toBe(7);
    expect(await snapshot(metrics)).toBe(metrics);
  });

  it('says what it takes', async () => {
    await expect(snapshot(7 as never)).rejects.toThrow(/an application, a MetricStore, .*got number/);
    await expect(snapshot(null as never)).rejects.toThrow(/got null/);
  });

  describe('of a URL', () => {
    const closing: (() => void)[] = [];
    afterEach(() => closing.splice(0).forEach((close) => close()));

    async function endpoint(answer: RequestListener): Promise<string> {
      const server = createServer(answer);
      closing.push(() => server.close());
      return `http://127.0.0.1:${await listen(server)}/metrics`;
    }

    it('scrapes it', async () => {
      const url = await endpoint((request, response) => {
        response.end(request.headers.accept?.startsWith('text/plain') === true ? TEXT : '');
      });
      expect((await snapshot(url)).sum('dogs')).toBe(6);
    });

    it('follows redirects', async () => {
      const url = await endpoint(({ url: path }, response) => {
        if (path === '/metrics') response.writeHead(302, { location: '/elsewhere' }).end('Look there.');
        else response.end(TEXT);
      });
      expect((await snapshot(url)).sum('dogs')).toBe(6);
    });

    it('says what came instead', async () => {
      const url = await endpoint((_, response) => response.writeHead(403).end('Not you.'));
      await expect(snapshot(url)).rejects.toThrow(`Expected metrics from ${url}, got 403: Not you.`);
    });

    it('says that nobody listens, on any address of the host', async () => {
      const url = `http://localhost:${await closedPort()}/metrics`;
      await expect(snapshot(url)).rejects.toThrow(/got no answer: .*ECONNREFUSED/);
    });

    it('says why nothing came', async () => {
      const url = await endpoint((request) => request.socket.destroy());
      await expect(snapshot(url)).rejects.toThrow(/got no answer: .*(?:other side closed|ECONNRESET|socket hang up)/);
    });
  });
});

describe('delta()', () => {
  it('tells what changed, from 0 where nothing was', () => {
    const change = delta(
      Snapshot.of('# TYPE a_total counter\na_total{x="1"} 1\na_total{x="2"} 5\n'),
      Snapshot.of('# TYPE a_total counter\na_total{x="1"} 4\na_total{x="2"} 5\na_total{x="3"} 1\n'),
    );
    expect(change.value('a_total', { x: '1' })).toBe(3);
    expect(change.sum('a_total')).toBe(4);
    expect(change.changes).toEqual([
      { name: 'a_total', labels: { x: '1' }, by: 3 },
      { name: 'a_total', labels: { x: '3' }, by: 1 },
    ]);
    expect(change.resets).toEqual([]);
  });

  it('tells of counters that went down or are gone', () => {
    const before = `# TYPE a_total counter\na_total{x="1"} 4\na_total{x="2"} 5\n# TYPE g gauge\ng{x="1"} 4\ng{x="2"} 1\n${TEXT}`;
    const after = '# TYPE a_total counter\na_total{x="1"} 3\n# TYPE g gauge\ng{x="1"} 3\n';
    const { resets } = delta(Snapshot.of(before), Snapshot.of(after));
    expect(resets.map(({ name, by }) => `${name} ${by}`)).toEqual([
      'a_total -1',
      'a_total -5',
      'barks_total -7',
      'walk_seconds_bucket -1',
      'walk_seconds_bucket -2',
      'walk_seconds_count -2',
    ]);
  });
});
