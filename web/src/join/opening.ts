// When a clinician is planned to come, as a person says it. Pure: the zone is the browser's
// unless one is given.

const DAY_MS = 86_400_000;
const WEEK_DAYS = 6;

/** 2:00 PM; Monday, 2:00 PM; or Dec 14, 2:00 PM when it is further away than a week. */
export function openingWords(
  atMs: number,
  nowMs: number,
  locale: string,
  timeZone?: string,
): string {
  const zone = timeZone === undefined ? {} : { timeZone };
  const time: Intl.DateTimeFormatOptions = { hour: "numeric", minute: "2-digit", ...zone };
  const day = (ms: number): string =>
    new Intl.DateTimeFormat("en-CA", { dateStyle: "short", ...zone }).format(ms);
  if (day(atMs) === day(nowMs)) return new Intl.DateTimeFormat(locale, time).format(atMs);
  const near = atMs - nowMs < WEEK_DAYS * DAY_MS;
  const date: Intl.DateTimeFormatOptions = near
    ? { weekday: "long" }
    : { month: "short", day: "numeric" };
  return new Intl.DateTimeFormat(locale, { ...date, ...time }).format(atMs);
}
