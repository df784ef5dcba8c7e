/** The application is not to fail because this library cannot work in it. */
export function warnWithoutMetrics(reason: string): void {
  process.emitWarning(`The application runs without metrics, because ${reason}`);
}
