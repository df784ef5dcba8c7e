import { DURATION_BUCKETS } from '../catalogue/buckets.js';
import { GROUP_OR_OFF, listOf } from '../options/option-kinds.js';
import { isListOf } from '../options/option-rules.js';
import { BUCKET_BOUNDS } from './bucket-bounds.js';
import { type CapabilityOptions } from './capability.js';

export interface OutgoingOptions {
  /**
   * The hosts that have a name in the label `host`: `api.example.com`, or `inventory:8080` with a port that is not the
   * default of its scheme. `*.example.com` stands for every name below `example.com`, which then share their series. All
   * other hosts are `_OTHER`.
   *
   * @defaultValue the first 50 hosts that the application sends requests to
   */
  readonly hosts?: readonly string[];

  /**
   * Upper bounds of the buckets of `nestjs_outgoing_http_request_duration_seconds`, in seconds. They must be ascending
   * and not negative; `+Inf` is added automatically.
   *
   * @defaultValue `[0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]`
   */
  readonly durationBuckets?: readonly number[];
}

export interface OutgoingOption {
  /**
   * Options for the HTTP requests that the application sends; `false` turns their metrics off, and nothing is observed.
   *
   * @defaultValue on
   */
  readonly outgoing?: OutgoingOptions | false;
}

export interface ResolvedOutgoingOptions {
  readonly hosts: readonly string[] | undefined;
  readonly durationBuckets: readonly number[];
}

export const OUTGOING_OPTIONS: CapabilityOptions<ResolvedOutgoingOptions> = {
  name: 'outgoing',
  rules: [
    { option: 'outgoing', ...GROUP_OR_OFF },
    {
      option: 'outgoing.hosts',
      expected: 'a list of host names in lower case, each with a port unless it is 80 or 443, or with *. in front',
      fix: "give names without a scheme and a path: 'api.example.com', 'inventory:8080', '*.example.com'",
      holds: isListOf(isHost),
      fromText: listOf,
    },
    { option: 'outgoing.durationBuckets', ...BUCKET_BOUNDS, default: DURATION_BUCKETS },
  ],
};

/** Written as the host of a URL is, so that it can be found. */
function isHost(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  const name = value.replace(/^\*\./, '');
  const url = `http://${name}`;
  return URL.canParse(url) && new URL(url).host === name && !name.endsWith(':443');
}
