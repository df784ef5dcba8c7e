import { type Demo, PORTS } from './start.js';

const GRAPHS = {
  'requests per second, by route': 'sum by (route) (rate(nestjs_http_requests_total[1m]))',
  'seconds within which 99 % were answered': 'job_route:nestjs_http_request_duration_seconds:p99_rate5m',
};

/** What there is to look at. */
export async function linksOf({ kennel, prometheus }: Demo): Promise<string> {
  const application = `http://localhost:${kennel.port}`;
  const pages = await pagesOf(prometheus.url);
  const links: readonly (readonly [what: string, url: string])[] = [
    ['the sample application', application],
    ['its metrics', `${application}/metrics`],
    ['the same on a port of their own', `http://localhost:${kennel.metricsPort}/metrics`],
    ['the monitor', `${application}/monitor`],
    ...Object.entries(GRAPHS).map(([what, query]) => [what, graph(pages, query)] as const),
    ['alerts', `${pages}/alerts`],
    ['rules', `${pages}/rules`],
    ['consoles', `${prometheus.url}/consoles/nestjs-overview.html`],
    ['dashboards, to import into Grafana', 'examples/grafana/*.json'],
  ];
  const width = Math.max(...links.map(([what]) => what.length));
  return links.map(([what, url]) => `  ${what.padEnd(width)}  ${url}`).join('\n');
}

/** One sentence per port that was taken. */
export function takenPorts({ kennel, prometheus }: Demo): readonly string[] {
  const chosen = [
    ['The sample application', PORTS.application, kennel.port],
    ['Its endpoint for metrics', PORTS.metrics, kennel.metricsPort],
    ['Prometheus', PORTS.prometheus, Number(new URL(prometheus.url).port)],
  ] as const;
  return chosen
    .filter(([, first, port]) => port !== first)
    .map(([what, first, port]) => `Port ${first} is taken. ${what} has ${port} instead.`);
}

/** Debian's Prometheus has its pages at `/classic`. Its first page redirects to one of them. */
async function pagesOf(url: string): Promise<string> {
  const { headers } = await fetch(url, { redirect: 'manual' });
  return url + (headers.get('location')?.startsWith('/classic/') === true ? '/classic' : '');
}

function graph(pages: string, query: string): string {
  const parameters = { 'g0.expr': query, 'g0.tab': '0', 'g0.range_input': '15m' };
  return `${pages}/graph?${new URLSearchParams(parameters).toString()}`;
}
