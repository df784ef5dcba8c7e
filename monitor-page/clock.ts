/** Times of day by the clock of who looks at the page; `en-GB` for its 24 hours. */
const LOCALE = 'en-GB';
const MINUTE = new Intl.DateTimeFormat(LOCALE, { hour: '2-digit', minute: '2-digit' });
const SECOND = new Intl.DateTimeFormat(LOCALE, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const DAY = new Intl.DateTimeFormat(LOCALE, { day: 'numeric', month: 'short' });

export const toSeconds = (iso: string): number => Date.parse(iso) / 1000;
export const minuteOfDay = (seconds: number): string => MINUTE.format(seconds * 1000);
export const secondOfDay = (seconds: number): string => SECOND.format(seconds * 1000);

/** With the day where it is not the same as that of the other moment. */
export function momentSeenFrom(now: number, seconds: number): string {
  const day = DAY.format(seconds * 1000);
  return day === DAY.format(now * 1000) ? secondOfDay(seconds) : `${day}, ${minuteOfDay(seconds)}`;
}

const SPANS = [
  { unit: 'd', seconds: 86_400 },
  { unit: 'h', seconds: 3600 },
  { unit: 'min', seconds: 60 },
] as const;

/** In the largest unit that fits at least once, rounded down: `3 min`, `2 h`. */
export function formatSpan(seconds: number): string {
  const span = SPANS.find((one) => seconds >= one.seconds) ?? { unit: 's', seconds: 1 };
  return `${Math.max(0, Math.floor(seconds / span.seconds))} ${span.unit}`;
}
