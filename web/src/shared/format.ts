// Times and spans as people read them. Pure: the zone and locale are the browser's unless given.

const CLOCK: Intl.DateTimeFormatOptions = {
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
};

/** 14:03 */
export function clockTime(ms: number, timeZone?: string): string {
  return new Intl.DateTimeFormat("en-US", zoned(CLOCK, timeZone)).format(ms);
}

/** 14:03:22 */
export function clockSeconds(ms: number, timeZone?: string): string {
  return new Intl.DateTimeFormat(
    "en-US",
    zoned({ ...CLOCK, second: "2-digit" }, timeZone),
  ).format(ms);
}

/** Nov 22, 2026 */
export function dayOf(ms: number, locale = "en-US", timeZone?: string): string {
  const shape: Intl.DateTimeFormatOptions = { year: "numeric", month: "short", day: "numeric" };
  return new Intl.DateTimeFormat(locale, zoned(shape, timeZone)).format(ms);
}

/** A calendar date such as 2027-05-01, without any zone's midnight moving it. */
export function calendarDay(iso: string, locale = "en-US"): string {
  const ms = Date.parse(`${iso.slice(0, 10)}T00:00:00Z`);
  return Number.isNaN(ms) ? iso : dayOf(ms, locale, "UTC");
}

/** Nov 22, 2026, 14:03 */
export function dayAndTime(ms: number, locale = "en-US", timeZone?: string): string {
  return `${dayOf(ms, locale, timeZone)}, ${clockTime(ms, timeZone)}`;
}

/** A span as 0:07, 12:30 or 1:02:03. */
export function span(ms: number): string {
  const total = Math.max(0, Math.floor(ms / 1000));
  const seconds = String(total % 60).padStart(2, "0");
  const minutes = Math.floor(total / 60) % 60;
  const hours = Math.floor(total / 3600);
  return hours > 0
    ? `${hours}:${String(minutes).padStart(2, "0")}:${seconds}`
    : `${minutes}:${seconds}`;
}

/** A duration in seconds with one decimal: 30.4 s; a dash when there is none. */
export function seconds(ms: number | null): string {
  return ms === null ? "–" : `${(ms / 1000).toFixed(1)} s`;
}

/** Whole years between a birth date and a day, both as 2001-02-28. */
export function ageOn(birthDate: string, today: string): number {
  const years = Number(today.slice(0, 4)) - Number(birthDate.slice(0, 4));
  return today.slice(5) < birthDate.slice(5) ? years - 1 : years;
}

/** Today as 2026-11-22, in local time. */
export function isoDay(now: Date): string {
  const month = String(now.getMonth() + 1).padStart(2, "0");
  return `${now.getFullYear()}-${month}-${String(now.getDate()).padStart(2, "0")}`;
}

function zoned(
  shape: Intl.DateTimeFormatOptions,
  timeZone: string | undefined,
): Intl.DateTimeFormatOptions {
  return timeZone === undefined ? shape : { ...shape, timeZone };
}
