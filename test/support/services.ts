import { describe, expect, it } from 'vitest';
import { type Program, PROGRAMS } from './programs.js';

export type ServiceName = keyof typeof PROGRAMS;

const told = new Set<string>();

/** A `describe` for tests that need programs which may not be installed; {@link verdict} tells what happens then. */
export function needs(...names: readonly ServiceName[]): (title: string, tests: () => void) => void {
  const services = Object.fromEntries(names.map((name) => [name, PROGRAMS[name]]));
  const { missing, isFatal, sentence } = verdict(services, process.env);
  if (isFatal) return failing(sentence);
  if (missing.length > 0 && !told.has(sentence)) console.warn(`Tests are skipped: ${sentence}`);
  told.add(sentence);
  return missing.length > 0 ? describe.skip : describe;
}

function failing(sentence: string): (title: string) => void {
  return (title) => it(`${title}: what it needs is installed`, () => expect.fail(sentence));
}

export interface Verdict {
  readonly missing: readonly string[];
  readonly isFatal: boolean;
  readonly sentence: string;
}

/** With a service missing, tests are skipped on a developer's machine and fail where `REQUIRE_SERVICES=1`, as in CI. */
export function verdict(
  services: Readonly<Record<string, Program>>,
  { REQUIRE_SERVICES }: Readonly<Record<string, string | undefined>>,
): Verdict {
  const missing = Object.entries(services).filter(([, service]) => !service.isInstalled());
  const names = missing.map(([name]) => name);
  const packages = [...new Set(missing.map(([, service]) => service.debianPackage))];
  return {
    missing: names,
    isFatal: names.length > 0 && REQUIRE_SERVICES === '1',
    sentence: `${names.join(' and ')} not found; install with: apt-get install ${packages.join(' ')}`,
  };
}
