import { type Child, startChild } from './child.js';
import { type AppServer } from './children/app-server.js';
import { type Effort } from './effort.js';
import { sendRequests } from './load.js';
import { scrape } from './scrape.js';
import { median, summarize } from './statistics.js';
import { figure, printTable, range } from './table.js';
import { atMost, type Target } from './target.js';
import { type Adapter } from './variants/hello-app.js';
import { PEERS, type VariantName } from './variants/variants.js';

/**
 * Express gives every request and response new hidden classes, which V8 keeps until a full garbage collection: about
 * one per 4,500 requests, with or without metrics. Each full collection discards compiled code and costs as much as 400
 * requests, so one more of them in a slice would outweigh the difference that is measured. A large initial heap
 * postpones them until the process has ended. Minor collections, which do differ between the variants, remain.
 */
const FLAGS = ['--initial-heap-size=2048'];

/** The defaults first, then without and with `queriesPerRequest`, which is on by default from Node 24. */
const OURS = ['ours', 'ours without queries', 'ours with queries'] as const satisfies readonly VariantName[];

/** CPU microseconds per request, by variant. */
type Costs = Readonly<Partial<Record<VariantName, number>>>;

/** The cost of a request for the server: without metrics, with this library, and with other libraries. */
export async function requests(effort: Effort): Promise<readonly Target[]> {
  return [await onAdapter('express', effort), await onAdapter('fastify', effort)];
}

async function onAdapter(adapter: Adapter, effort: Effort): Promise<Target> {
  const names: readonly VariantName[] = ['bare', ...OURS, ...PEERS[adapter]];
  const rounds: Costs[] = [];
  for (let round = 0; round < effort.requestRounds; round += 1) {
    rounds.push(await measureRound(adapter, names, effort));
  }
  return report(adapter, names, rounds);
}

/**
 * Every round starts new processes, because two processes of the same code differ by a few percent for their whole life
 * (when V8 compiled what, where memory is allocated). Within a round, short slices alternate, because the speed of the
 * machine drifts.
 */
async function measureRound(adapter: Adapter, names: readonly VariantName[], effort: Effort): Promise<Costs> {
  const servers = await Promise.all(names.map((name) => startServer(name, adapter)));
  try {
    for (const server of servers) await sendRequests(server.port, effort.warmUpRequests);
    const slices = servers.map((): number[] => []);
    for (let slice = 0; slice < effort.requestSlices; slice += 1) {
      for (const [i, server] of servers.entries()) slices[i]?.push(await measure(server, effort.requestsPerSlice));
    }
    const sent = effort.warmUpRequests + effort.requestSlices * effort.requestsPerSlice;
    for (const [i, server] of servers.entries()) if (names[i] !== 'bare') await checkCount(server, sent);
    return Object.fromEntries(names.map((name, i) => [name, median(slices[i] ?? [])]));
  } finally {
    await Promise.all(servers.map((server) => server.child.stop()));
  }
}

interface Server {
  readonly child: Child<AppServer>;
  readonly port: number;
}

async function startServer(name: VariantName, adapter: Adapter): Promise<Server> {
  const child = await startChild<AppServer>('app-server', { args: [name, adapter], flags: FLAGS });
  return { child, port: await child.ask('port') };
}

async function measure({ child, port }: Server, amount: number): Promise<number> {
  await child.ask('start');
  await sendRequests(port, amount);
  return (await child.ask('stop')) / amount;
}

/**
 * @errors throws if a variant has not counted exactly the requests that were sent: a variant that does not work must
 *   not look cheap
 */
async function checkCount({ port }: Server, sent: number): Promise<void> {
  const text = (await scrape(port)).body.toString();
  const counts = [...text.matchAll(/_count\{[^}]*hello[^}]*\} (\d+)/g)].map((match) => Number(match[1]));
  const counted = Math.max(...counts);
  if (counted !== sent) throw new Error(`Expected ${sent} requests to be counted, got ${counted}.`);
}

function report(adapter: Adapter, names: readonly VariantName[], rounds: readonly Costs[]): Target {
  const cost = (name: VariantName) => rounds.map((round) => round[name] ?? NaN);
  const overhead = (name: VariantName) => rounds.map((round) => (round[name] ?? NaN) - (round.bare ?? NaN));
  const cheapest = PEERS[adapter].reduce((a, b) => (median(overhead(a)) <= median(overhead(b)) ? a : b));
  const target = atMost(median(overhead('ours')) / median(overhead(cheapest)), 1 / 3);
  const row = (name: VariantName) => {
    const costs = summarize(cost(name));
    if (name === 'bare') return [name, figure(costs.median), range(costs)];
    const over = summarize(overhead(name));
    return [
      name,
      figure(costs.median),
      range(costs),
      figure(over.median),
      range(over),
      name === 'ours' ? target.text : '',
    ];
  };
  printTable(
    `Requests on ${adapter}: CPU µs per request (${rounds.length} rounds; ratio to ${cheapest})`,
    ['variant', 'CPU µs', 'min–max', 'over bare', 'min–max', 'ratio of overheads'],
    names.map(row),
  );
  return target;
}
