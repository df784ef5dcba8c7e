const MOST = 3;

/** The names that may have been meant, the likeliest first: those that only go on, and those a few letters away. */
export function similarNames(name: string, names: readonly string[]): readonly string[] {
  const mostEdits = Math.max(1, Math.floor(name.length / 4));
  return names
    .filter((candidate) => continues(name, candidate) || Math.abs(name.length - candidate.length) <= mostEdits)
    .map((candidate) => ({ candidate, edits: continues(name, candidate) ? 0 : editDistance(name, candidate) }))
    .filter(({ edits }) => edits <= mostEdits)
    .toSorted((one, other) => one.edits - other.edits)
    .slice(0, MOST)
    .map(({ candidate }) => candidate);
}

/** `x_seconds` and `x_seconds_count`, `x` and `x_total`: of a histogram or a counter, half of its name was given. */
function continues(name: string, candidate: string): boolean {
  return candidate.startsWith(`${name}_`) || name.startsWith(`${candidate}_`);
}

/** Levenshtein's: how many letters have to be put in, taken out or replaced. */
export function editDistance(from: string, to: string): number {
  let distances = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row += 1) {
    const next = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const replaced = distances[column - 1]! + (from[row - 1] === to[column - 1] ? 0 : 1);
      next.push(Math.min(replaced, distances[column]! + 1, next[column - 1]! + 1));
    }
    distances = next;
  }
  return distances[to.length]!;
}
