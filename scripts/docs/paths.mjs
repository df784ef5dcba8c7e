import { fileURLToPath } from 'node:url';

/** The absolute path of a file, from a path relative to the root of the repository. */
export const path = (relative) => fileURLToPath(new URL(`../../${relative}`, import.meta.url));
