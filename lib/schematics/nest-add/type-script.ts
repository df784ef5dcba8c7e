import { createRequire } from 'node:module';
import { join } from 'node:path';
import type ts from 'typescript';

export type TypeScript = typeof ts;

/**
 * The TypeScript of the application, or that of Nest's command line. Version 7 is a program without functions to call.
 *
 * @errors throws if neither is found
 */
export function loadTypeScript(): TypeScript {
  const places = [join(process.cwd(), 'package.json'), process.argv[1]].filter((place) => place !== undefined);
  for (const place of places) {
    const found = typeScriptOf(place);
    if (found !== undefined) return found;
  }
  throw new Error('Expected the package typescript in a version before 7 beside the application, found none.');
}

function typeScriptOf(place: string): TypeScript | undefined {
  const require = createRequire(place);
  try {
    return (
      withFunctions(require('typescript')) ?? withFunctions(createRequire(require.resolve('@nestjs/cli'))('typescript'))
    );
  } catch {
    return undefined;
  }
}

function withFunctions(loaded: unknown): TypeScript | undefined {
  return (loaded as Partial<TypeScript>).createSourceFile === undefined ? undefined : (loaded as TypeScript);
}
