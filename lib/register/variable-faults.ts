import { editDistance } from '../exposition/similar-names.js';
import { type OptionRule } from '../options/option-rules.js';
import { CONFIG_VARIABLE, variableOf } from './variables.js';

type Variables = ReadonlyMap<string, string>;

/**
 * How many letters of a misspelt variable may be wrong, and how long it has to be. Programs of others have variables that
 * begin with the same word, such as `PROMETHEUS_URL`: they are none of ours.
 */
const MOST_EDITS = 2;
const SHORTEST = 'PROMETHEUS_CACHES'.length;

/** Puts the names of the variables before the faults of the options that they set. */
export class FaultNames {
  private readonly given: readonly (readonly [option: string, variable: string])[];

  constructor(
    rules: readonly OptionRule[],
    private readonly variables: Variables,
  ) {
    this.given = rules
      .map(({ option }) => [option, variableOf(option)] as const)
      .filter(([, variable]) => variables.has(variable));
  }

  named(fault: string): string {
    const options = [...fault.matchAll(/`([\w.]+)`/g)].map(([, option = '']) => option);
    const names = this.given
      .filter(([given]) => options.some((option) => given === option || given.startsWith(`${option}.`)))
      .map(([, variable]) => variable);
    return `${names.length > 0 ? names.join(', ') : this.file}: ${fault}`;
  }

  private get file(): string {
    return this.variables.get(CONFIG_VARIABLE) ?? CONFIG_VARIABLE;
  }
}

/** Variables that would have no effect: of an option that no text can express, or misspelt. */
export function unreadVariables(rules: readonly OptionRule[], variables: Variables): readonly string[] {
  const known = new Map(rules.map((rule) => [variableOf(rule.option), rule]));
  const readable = [...known].filter(([, rule]) => rule.fromText !== undefined).map(([name]) => name);
  return [...variables.keys()].flatMap((name) => {
    if (name === CONFIG_VARIABLE || readable.includes(name)) return [];
    const rule = known.get(name);
    if (rule !== undefined) return [withoutText(name, rule)];
    const meant = meantBy(name, [CONFIG_VARIABLE, ...readable]);
    return meant === undefined
      ? []
      : [`${name}: Expected the variable of an option, got an unknown one: did you mean ${meant}?`];
  });
}

function meantBy(name: string, known: readonly string[]): string | undefined {
  if (name.length < SHORTEST) return undefined;
  const distances = known.map((one) => [one, editDistance(name, one)] as const);
  return distances.filter(([, edits]) => edits <= MOST_EDITS).toSorted(([, one], [, other]) => one - other)[0]?.[0];
}

function withoutText(name: string, { option }: OptionRule): string {
  return `${name}: Expected no variable for \`${option}\`, which cannot be written as text: give it in the file of ${CONFIG_VARIABLE} or to PrometheusModule.forRoot().`;
}
