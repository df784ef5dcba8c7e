import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** An absolute path, from one that begins at the root of this repository. */
export function repositoryPath(relative: string): string {
  return ROOT + relative;
}

export function exampleFiles(folder: string): readonly string[] {
  return readdirSync(repositoryPath(`examples/${folder}`)).toSorted();
}

export function exampleText(file: string): string {
  return readFileSync(repositoryPath(`examples/${file}`), 'utf8');
}

export function pageText(page: string): string {
  return readFileSync(repositoryPath(page), 'utf8');
}

/** The code blocks of a page in one language, without their fences. */
export function codeBlocks(page: string, language: string): readonly string[] {
  return [...pageText(page).matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'gms'))].map(
    ([, block = '']) => block,
  );
}
