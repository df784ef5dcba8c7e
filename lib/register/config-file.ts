import { readFileSync } from 'node:fs';
import { shapeFaults } from '../options/option-rules.js';
import { CONFIG_VARIABLE } from './variables.js';

/** The options in the JSON file, and what is wrong with it. */
export interface ConfigFile {
  readonly options: Readonly<Record<string, unknown>>;
  readonly faults: readonly string[];
}

export function readConfigFile(path: string | undefined): ConfigFile {
  if (path === undefined) return { options: {}, faults: [] };
  try {
    const options: unknown = JSON.parse(readFileSync(path, 'utf8'));
    const faults = shapeFaults(options);
    return faults.length > 0 ? faulty(faults[0]!) : { options: options as ConfigFile['options'], faults };
  } catch (error) {
    return faulty(`Expected the path of a JSON file, got ${path}: ${reasonOf(error)}.`);
  }
}

function faulty(fault: string): ConfigFile {
  return { options: {}, faults: [`${CONFIG_VARIABLE}: ${fault}`] };
}

function reasonOf(error: unknown): string {
  if (error instanceof SyntaxError) return `it is not JSON (${error.message})`;
  return `it cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)})`;
}
