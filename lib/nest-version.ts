/**
 * The version of the Nest that the application runs on, as its entry file sees it. Found without an import: Nest does
 * not export its version, and importing its package.json would warn on Node 20.
 */
export function nestVersion(): string {
  try {
    const { createRequire } = process.getBuiltinModule('node:module');
    const application = createRequire(process.argv[1] ?? `${process.cwd()}/`);
    return (application('@nestjs/core/package.json') as { version: string }).version;
  } catch {
    return 'unknown';
  }
}
