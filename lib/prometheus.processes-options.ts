import { resolve } from 'node:path';
import { type ProcessesOptions, type ResolvedProcessesOptions } from './expose/processes/processes.options.js';
import { applicationName } from './host/application-name.js';
import { isObject } from './options/is-object.js';
import { type OptionRule } from './options/option-rules.js';

const isText = (value: unknown) => typeof value === 'string' && value.trim() !== '';

/** Rules for option `processes`. */
export const PROCESSES_RULES: readonly OptionRule[] = [
  {
    option: 'processes',
    expected: 'an object with directory',
    fix: "give { directory: '/run/my-app-metrics' }, or leave it out if the application is one process",
    holds: (value) => isObject(value) && value['directory'] !== undefined,
  },
  {
    option: 'processes.directory',
    expected: 'the path of a directory',
    fix: 'give a directory on a local file system that belongs to the user of the application, such as /run/my-app-metrics',
    holds: (value) => isText(value) && !String(value).includes('\0'),
    fromText: (text) => text,
  },
  {
    option: 'processes.name',
    expected: 'the name of the application, 1 to 200 characters',
    fix: 'give the same name to all processes of the application',
    holds: (value) => isText(value) && String(value).length <= 200,
    fromText: (text) => text,
  },
];

export function resolveProcesses(given: ProcessesOptions | undefined): ResolvedProcessesOptions | undefined {
  if (given === undefined) return undefined;
  return { directory: resolve(given.directory), name: given.name ?? applicationName() };
}

/** Faults that no single option has. */
export function processesFaults({ processes, defaultLabels, server }: Record<string, unknown>): string[] {
  if (!isObject(processes)) return [];
  const faults: string[] = [];
  if (isObject(defaultLabels) && defaultLabels['process'] !== undefined) {
    faults.push(
      'Expected `defaultLabels` to be without `process` beside `processes`, got one: the label tells the processes apart, so rename yours.',
    );
  }
  if (isObject(server) && server['ports'] !== undefined) {
    faults.push(
      'Expected `server.port` beside `processes`, got `server.ports`: each process answers for all, so with a range they would be counted several times. Give the same port to all of them.',
    );
  }
  return faults;
}
