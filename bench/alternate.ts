/**
 * Runs every case once, then every case again, and so on (A B C A B C …), and returns the numbers of each.
 * Whatever slows the machine down for a while then hits all cases, and the ratios stay.
 */
export async function alternate<Name extends string>(
  runs: number,
  cases: Readonly<Record<Name, () => number | Promise<number>>>,
): Promise<Readonly<Record<Name, readonly number[]>>> {
  const names = Object.keys(cases) as Name[];
  const results = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let run = 0; run < runs; run += 1) {
    for (const name of names) {
      // One after the other on purpose: two measurements at a time would measure each other.
      results[name].push(await cases[name]());
    }
  }
  return results;
}
