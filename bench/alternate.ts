/**
 * Runs every case once, then every case again, and so on (A B C A B C …), and returns the results of each. A temporary
 * slowdown of the machine then affects all cases equally, so the ratios remain valid.
 */
export async function alternate<Name extends string>(
  runs: number,
  cases: Readonly<Record<Name, () => number | Promise<number>>>,
): Promise<Readonly<Record<Name, readonly number[]>>> {
  const names = Object.keys(cases) as Name[];
  const results = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let run = 0; run < runs; run += 1) {
    for (const name of names) {
      // Sequential on purpose: two measurements at the same time would influence each other.
      results[name].push(await cases[name]());
    }
  }
  return results;
}
