import { inspect } from 'node:util';
import { isClassDecorator } from './is-class-decorator.js';
import { isGuard } from './is-guard.js';
import { isObject } from './is-object.js';

/** The rule of one option. */
export interface OptionRule {
  /** The name of the option, with dots for nested ones. */
  readonly option: string;
  readonly expected: string;
  readonly fix: string;
  /** The value can contain a password, so errors do not repeat it. */
  readonly isSecret?: boolean;
  /** The value if the option is left out. */
  readonly default?: unknown;
  /**
   * Converts a text, such as an environment variable, to the value of the option. A text that cannot be converted is
   * returned unchanged and then rejected by `holds`. Missing if no text can express the value: a function, a class, a
   * client.
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
export const PLAIN_PATH = 'without spaces, parameters, dot segments or a query';

/** The characters of a request path (RFC 3986), without those that occur in patterns only. */
const EXACT_PATH = /^(?!.*\/:)\/[\w.~!$&'()+,;=:@%/-]*$/;

/** Rules for lists of requests to ignore, and for the guards and decorators of our routes. */
export const IGNORE: Omit<OptionRule, 'option'> = {
  expected: 'a list of exact paths and regular expressions',
  fix: 'begin each path with /, and give a RegExp to match a part of a path',
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

/** Every fault of the options, one sentence each. */
export function faultsOf(rules: readonly OptionRule[], options: object): readonly string[] {
  const known = rules.map(({ option }) => option);
  return [...unknownOptions(known, options), ...rules.flatMap((rule) => faultOf(rule, options))];
}

/** One error that lists every fault. */
export function optionsError(module: string, faults: readonly string[]): TypeError {
  return new TypeError([`The options of ${module} are not valid.`, ...faults].join('\n  - '));
}

/** Rejects anything that is not a plain object: without own keys, every option would silently keep its default. */
export function shapeFaults(options: unknown): string[] {
  if (isObject(options)) return [];
  return [`Expected the options to be a plain object, got ${kindOf(options)}: give one, or leave it out.`];
}

/**
 * @errors throws if `options` is not a plain object, before anything is created from it
 */
export function assertObject(module: string, options: unknown): void {
  const faults = shapeFaults(options);
  if (faults.length > 0) throw optionsError(module, faults);
}

/**
 * Options of the route that came from a factory. They would have no effect: without its guards, the route would be
 * open.
 */
export function misplacedOptions(ofRoute: readonly string[], fromFactory: object): string[] {
  return ofRoute
    .filter((option) => option in Object(fromFactory))
    .map(
      (option) =>
        `Expected \`${option}\` to stand beside the factory of the options, got it from the factory: move it, because the route is registered before anything can be injected.`,
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

/** Describes a value without repeating it. */
function kindOf(value: unknown): string {
  if (typeof value === 'string') return 'another string';
  if (typeof value !== 'object' || value === null) return shown(value);
  if (Array.isArray(value)) return 'a list';
  return `an object with ${Object.keys(value).join(', ') || 'nothing'}`;
}

/** A number can be a password as well. */
function secretKindOf(value: unknown): string {
  return typeof value === 'number' || typeof value === 'bigint' ? 'a number' : kindOf(value);
}

function faultOf(rule: OptionRule, options: object): string[] {
  const value = valueAt(options, rule.option);
  if (value === undefined || rule.holds(value)) return [];
  return [
    `Expected \`${rule.option}\` to be ${rule.expected}, got ${rule.isSecret === true ? secretKindOf(value) : shown(value)}: ${rule.fix}.`,
  ];
}

/** Reports unknown options: a misspelt option would silently do nothing. */
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
