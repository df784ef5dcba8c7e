const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

/** The seconds of a duration of PromQL with one unit, such as `5m`. */
export function secondsOf(duration: string): number {
  const [, number, unit] = /^(\d+)([smhd])$/.exec(duration) ?? [];
  if (unit === undefined) throw new RangeError(`Expected a duration such as 30s, 5m, 6h or 1d, got ${duration}.`);
  return Number(number) * SECONDS[unit as keyof typeof SECONDS];
}
