import { type Reading } from '../reading.js';
import { type ProcessSettings } from './process-settings.js';

/** How many processes there are, and how many of them did not answer. */
export interface CountedProcesses {
  readonly processes: number;
  readonly unanswered: number;
}

/** Writes both into the gauges for them, in the chunks of this reading. */
export function writeCounts(reading: Reading, names: ProcessSettings['metrics'], counted: CountedProcesses): void {
  const values = new Map([
    [names.processes, counted.processes],
    [names.unanswered, counted.unanswered],
  ]);
  for (const { name, series } of reading.own) {
    const value = values.get(name);
    for (const { chunk, at } of value === undefined ? [] : series) reading.chunks[chunk]![at] = value!;
  }
}
