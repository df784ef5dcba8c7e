/** The threads of this process, besides its own. */
export function threads(): number {
  const { workers } = process.report.getReport() as unknown as { readonly workers: readonly unknown[] };
  return workers.length;
}
