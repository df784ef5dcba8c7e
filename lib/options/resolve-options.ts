import { isObject } from './is-object.js';
import { type OptionRule, valueAt } from './option-rules.js';

/** The options below `parent`, with defaults for those that were left out. A group that is `false`, given or
 * by default, stays `false`. */
export function withDefaults(rules: readonly OptionRule[], options: object, parent = ''): Record<string, unknown> {
  const own = rules.filter(({ option }) => parentOf(option) === parent);
  return Object.fromEntries(own.map((rule) => [lastOf(rule.option), valueOf(rule, rules, options)]));
}

function valueOf(rule: OptionRule, rules: readonly OptionRule[], options: object): unknown {
  const given = valueAt(options, rule.option);
  const isGroup = rules.some(({ option }) => parentOf(option) === rule.option);
  if (isGroup) return (given ?? rule.default) === false ? false : withDefaults(rules, options, rule.option);
  return given ?? rule.default;
}

/**
 * Reads options from texts, such as environment variables.
 *
 * @param textOf returns the text of an option such as `http.durationBuckets`, or undefined if there is none
 * @returns the options, still to be checked: a text that could not be converted stays a string and is then rejected
 */
export function optionsFromText(
  rules: readonly OptionRule[],
  textOf: (option: string) => string | undefined,
): Record<string, unknown> {
  const options: Record<string, unknown> = {};
  for (const { option, fromText } of rules) {
    if (fromText === undefined) continue;
    const text = textOf(option);
    if (text !== undefined) put(options, option.split('.'), fromText(text));
  }
  return options;
}

function put(options: Record<string, unknown>, [name = '', ...below]: readonly string[], value: unknown): void {
  if (below.length === 0) {
    options[name] = value;
    return;
  }
  options[name] ??= {};
  const group = options[name];
  // Options below a group that is switched off are ignored, and so are those below a wrong value, which is then refused.
  if (isObject(group)) put(group, below, value);
}

function parentOf(option: string): string {
  return option.split('.').slice(0, -1).join('.');
}

function lastOf(option: string): string {
  return option.split('.').at(-1) ?? option;
}
