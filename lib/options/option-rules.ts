import { inspect } from 'node:util';
import { isClassDecorator } from './is-class-decorator.js';
import { isGuard } from './is-guard.js';
import { isObject } from './is-object.js';

/** One thing that an option has to be. */
export interface OptionRule {
  /** The option, with dots. */
  readonly option: string;
  readonly expected: string;
  readonly fix: string;
  /** There may be a password in it: what is wrong is not repeated. */
  readonly isSecret?: boolean;
  /** The value when the option is left out. */
  readonly default?: unknown;
  /**
   * The value that a text means, as an environment variable gives one; a text that means nothing is given back, and then
   * refused by `holds`. Missing where no text can say it: a function, a class, a client.
   */
  readonly fromText?: (text: string) => unknown;
  holds(value: unknown): boolean;
}

export const isBoolean = (value: unknown): boolean => typeof value === 'boolean';
export const isListOf = (isItem: (item: unknown) => boolean) => (value: unknown) =>
  Array.isArray(value) && value.every(isItem);
export const isWholeNumber = (from: number) => (value: unknown) => Number.isSafeInteger(value) && Number(value) >= from;

/** Clients and Nest resolve the segments `.` and `..` before they look for a route. */
const hasDots = (path: string): boolean => path.split('/').some((segment) => segment === '.' || segment === '..');
export const isPath = (value: unknown): boolean =>
  typeof value === 'string' && /^\/?[\w.~/-]+$/.test(value) && /\w/.test(value) && !hasDots(value);
export const PLAIN_PATH = 'without spaces, parameters, dots as a segment or a query';

/** What a path of a request consists of (RFC 3986), without what is only written in patterns. */
const EXACT_PATH = /^(?!.*\/:)\/[\w.~!$&'()+,;=:@%/-]*$/;

/** What a list of requests to leave out has to be, and the guards and decorators of a route of ours. */
export const IGNORE: Omit<OptionRule, 'option'> = {
  expected: 'a list of exact paths and regular expressions',
  fix: 'begin texts with /, and give a RegExp for what is no whole path',
  holds: isListOf((one) => one instanceof RegExp || (typeof one === 'string' && EXACT_PATH.test(one))),
};
export const GUARDS: OptionRule = {
  option: 'guards',
  expected: 'a list of guards',
  fix: 'give classes or objects with canActivate()',
  holds: isListOf(isGuard),
};
export const DECORATORS: OptionRule = {
  option: 'decorators',
  expected: 'a list of class decorators',
  fix: 'call them: Public(), not Public',
  holds: isListOf(isClassDecorator),
};

/** Every fault of the options, a sentence each. */
export function faultsOf(rules: readonly OptionRule[], options: object): readonly string[] {
  const known = rules.map(({ option }) => option);
  return [...unknownOptions(known, options), ...rules.flatMap((rule) => faultOf(rule, options))];
}

/** One error that lists every fault. */
export function optionsError(module: string, faults: readonly string[]): TypeError {
  return new TypeError([`The options of ${module} are not valid.`, ...faults].join('\n  - '));
}

/** What has no keys of its own would silently leave every option at its default. */
export function shapeFaults(options: unknown): string[] {
  if (isObject(options)) return [];
  return [`Expected the options to be a plain object, got ${kindOf(options)}: give one, or leave it out.`];
}

/** @errors throws before anything is made of options that are none */
export function assertObject(module: string, options: unknown): void {
  const faults = shapeFaults(options);
  if (faults.length > 0) throw optionsError(module, faults);
}

/** Of the route, and out of a factory: a guard that silently does nothing would leave the route open. */
export function misplacedOptions(ofRoute: readonly string[], fromFactory: object): string[] {
  return ofRoute
    .filter((option) => option in Object(fromFactory))
    .map(
      (option) =>
        `Expected \`${option}\` to stand beside the factory of the options, got it from the factory: move it, for the route is made before anything can be injected.`,
    );
}

export function valueAt(options: object, option: string): unknown {
  return option.split('.').reduce<unknown>((value, name) => (isObject(value) ? value[name] : undefined), options);
}

export function shown(value: unknown): string {
  const text = inspect(value, {
    depth: 1,
    compact: true,
    breakLength: Infinity,
    maxArrayLength: 10,
    maxStringLength: 60,
  });
  return text.length > 120 ? `${text.slice(0, 117)}…` : text;
}

/** Of a value that is not to be repeated. */
function kindOf(value: unknown): string {
  if (typeof value === 'string') return 'another text';
  if (typeof value !== 'object' || value === null) return shown(value);
  if (Array.isArray(value)) return 'a list';
  return `an object with ${Object.keys(value).join(', ') || 'nothing'}`;
}

function faultOf(rule: OptionRule, options: object): string[] {
  const value = valueAt(options, rule.option);
  if (value === undefined || rule.holds(value)) return [];
  return [
    `Expected \`${rule.option}\` to be ${rule.expected}, got ${rule.isSecret === true ? kindOf(value) : shown(value)}: ${rule.fix}.`,
  ];
}

/** A misspelt option would silently do nothing. */
function unknownOptions(known: readonly string[], options: object, parent = ''): string[] {
  return Object.entries(options).flatMap(([name, value]) => {
    const option = parent + name;
    const children = known.filter((one) => one.startsWith(`${option}.`));
    if (children.length > 0 && isObject(value)) return unknownOptions(known, value, `${option}.`);
    if (known.includes(option)) return [];
    const siblings = known.filter((one) => one.startsWith(parent) && !one.slice(parent.length).includes('.'));
    return [`Expected only known options, got \`${option}\`: use one of ${siblings.join(', ')}.`];
  });
}
