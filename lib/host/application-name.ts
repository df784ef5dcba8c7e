import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Where there is no `package.json` with a name. */
const UNNAMED = 'application';

/** The `name` of the package.json nearest to the directory, upwards, by which processes of one application find each other. */
export function applicationName(directory: string = process.cwd()): string {
  for (let place = directory; ; place = dirname(place)) {
    const name = nameIn(join(place, 'package.json'));
    if (name !== undefined) return name;
    if (dirname(place) === place) return UNNAMED;
  }
}

function nameIn(file: string): string | undefined {
  try {
    const { name } = Object(JSON.parse(readFileSync(file, 'utf8'))) as { readonly name?: unknown };
    return typeof name === 'string' && name !== '' ? name : undefined;
  } catch {
    // There is none, or it cannot be read: one further up may be meant.
    return undefined;
  }
}
