/**
 * The version of the Nest that the application runs on, as its entry file sees it, or its working directory: process
 * managers have an entry file of their own. Found without an import: Nest does not export its version, and importing its
 * package.json would warn on Node 20.
 */
export function nestVersion(): string {
  for (const place of [process.argv[1], `${process.cwd()}/`]) {
    const version = place === undefined ? undefined : versionSeenFrom(place);
    if (version !== undefined) return version;
  }
  return 'unknown';
}

function versionSeenFrom(place: string): string | undefined {
  try {
    const { createRequire } = process.getBuiltinModule('node:module');
    return (createRequire(place)('@nestjs/core/package.json') as { version: string }).version;
  } catch {
    return undefined;
  }
}
