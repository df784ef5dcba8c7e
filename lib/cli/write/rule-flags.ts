import { type Command, InvalidArgumentError } from 'commander';
import { commaSeparated, positiveNumber } from '../flag-values.js';
import { withWriteFlags, type WriteFlags } from './write-flags.js';

/** The flags of `rules` and `alerts`. */
export interface RuleFlags extends WriteFlags {
  readonly instanceLabels?: readonly string[];
  readonly latency?: number;
  readonly durationBuckets?: readonly number[];
  readonly availabilityObjective?: number;
  readonly latencyObjective?: number;
  readonly runbooks?: string;
  readonly grafana?: string;
}

export function withRuleFlags(command: Command): Command {
  command
    .option('--instance-labels <labels>', 'labels that differ between instances (default: instance)', labelNames)
    .option(
      '--latency <seconds>',
      'how long a good answer may take, a bound of the buckets (default: 0.5)',
      positiveNumber,
    )
    .option('--duration-buckets <bounds>', 'the option http.durationBuckets of the application', bounds);
  return withWriteFlags(command);
}

/** Those that matter to alerts alone. */
export function withObjectiveFlags(command: Command): Command {
  return command
    .option('--availability-objective <share>', 'requests answered without a 5xx (default: 99.9%)', share)
    .option('--latency-objective <share>', 'requests answered within --latency (default: 99%)', share)
    .option('--runbooks <url>', 'where the runbooks are, for runbook_url')
    .option('--grafana <url>', 'where Grafana is, for dashboard_url');
}

function labelNames(text: string): readonly string[] {
  const names = commaSeparated(text);
  if (!names.every((name) => /^[a-zA-Z_]\w*$/.test(name))) {
    throw new InvalidArgumentError('Expected names of labels, with commas in between.');
  }
  if (names.includes('job')) throw new InvalidArgumentError('The label job tells applications apart, not instances.');
  return names;
}

function bounds(text: string): readonly number[] {
  const values = commaSeparated(text).map(positiveNumber);
  if (values.every((value, index) => index === 0 || value > values[index - 1]!)) return values;
  throw new InvalidArgumentError('Expected ascending numbers.');
}

/** `99.9%` or `0.999`. */
function share(text: string): number {
  const [, number = '', percent = ''] = /^([\d.]+)(%?)$/.exec(text) ?? [];
  // Rounded, because 99.9 / 100 is not 0.999 in binary.
  const value = percent === '%' ? Number((Number(number) / 100).toPrecision(12)) : Number(number);
  if (value > 0 && value < 1) return value;
  throw new InvalidArgumentError('Expected a share such as 99.9% or 0.999.');
}
