import { fileURLToPath } from 'node:url';

/** The path of a file, given from the root of the repository. */
export const path = (relative) => fileURLToPath(new URL(`../../${relative}`, import.meta.url));
