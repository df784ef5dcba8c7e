import { attribute } from '../formats/otlp/attributes.js';
import { type ResolvedPushOptions } from './push.options.js';
import { basicHeader, type Receiver } from './receiver.js';

/** How OpenTelemetry calls the labels of which a resource is made. Prometheus translates these two back. */
const RESOURCE_NAMES: ReadonlyMap<string, string> = new Map([
  ['job', 'service.name'],
  ['instance', 'service.instance.id'],
]);

const SCOPE = 'nestjs-prometheus-exporter';

/** @param version of this library */
export function otlpReceiver({ url, job, grouping, headers }: ResolvedPushOptions, version: string): Receiver {
  const address = new URL(url);
  const labels = Object.entries({ job, ...grouping });
  const resource = { attributes: labels.map(([name, value]) => attribute(RESOURCE_NAMES.get(name) ?? name, value)) };
  const scope = { name: SCOPE, version };
  const before = Buffer.from(
    `{"resourceMetrics":[{"resource":${JSON.stringify(resource)},"scopeMetrics":[{"scope":${JSON.stringify(scope)},"metrics":[`,
  );
  const after = Buffer.from(']}]}]}');
  return {
    format: { accept: undefined, format: 'otlp' },
    method: 'POST',
    url: address.origin + address.pathname + address.search,
    headers: { ...basicHeader(address), ...headers, 'content-type': 'application/json' },
    body: (pieces) => [before, ...pieces, after],
    refusedIn,
  };
}

/** A receiver that takes only some of the data points answers with 200 all the same. */
function refusedIn(answer: string): string | undefined {
  const { rejectedDataPoints, errorMessage } = partialSuccessIn(answer);
  const count = Number(rejectedDataPoints ?? 0);
  const reason = typeof errorMessage === 'string' ? errorMessage : 'it does not say why';
  return count > 0 ? `it refused ${count} data points: ${reason}` : undefined;
}

function partialSuccessIn(answer: string): { readonly rejectedDataPoints?: unknown; readonly errorMessage?: unknown } {
  try {
    const { partialSuccess } = JSON.parse(answer) as { readonly partialSuccess?: object };
    return partialSuccess ?? {};
  } catch {
    return {};
  }
}
