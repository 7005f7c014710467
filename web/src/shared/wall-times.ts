// A date and two times, as a person types them, to instants and back. Pure but for the zone,
// which is the browser's.

export interface WallSpan {
  /** 2026-11-30 */
  readonly date: string;
  /** 08:00 */
  readonly start: string;
  /** 16:00; before the start it is on the next day. */
  readonly end: string;
}

export interface Instants {
  readonly starts_at_ms: number;
  readonly ends_at_ms: number;
}

export type WrongSpan = "incomplete" | "does_not_exist" | "too_short";

const QUARTER_MS = 15 * 60_000;
const DAY_MS = 86_400_000;

/** The instants of a span, or what is wrong with it. */
export function instantsOf(span: WallSpan): Instants | WrongSpan {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(span.date) || span.start === "" || span.end === "") {
    return "incomplete";
  }
  const start = at(span.date, span.start);
  const end = at(span.end < span.start ? dayAfter(span.date) : span.date, span.end);
  if (start === null || end === null) return "does_not_exist";
  if (end - start < QUARTER_MS) return "too_short";
  return { starts_at_ms: start, ends_at_ms: end };
}

/** What to type for instants that are there already. */
export function wallSpanOf(span: Instants): WallSpan {
  return {
    date: isoDate(span.starts_at_ms),
    start: isoTime(span.starts_at_ms),
    end: isoTime(span.ends_at_ms),
  };
}

/** 2026-11-30, on this browser's wall clock. */
export function isoDate(ms: number): string {
  const day = new Date(ms);
  const month = String(day.getMonth() + 1).padStart(2, "0");
  return `${day.getFullYear()}-${month}-${String(day.getDate()).padStart(2, "0")}`;
}

/** Midnight of a date; where it does not exist, the first moment that does. */
export function midnight(date: string): number {
  return new Date(`${date}T00:00:00`).getTime();
}

export function dayAfter(date: string, days = 1): string {
  const noon = new Date(`${date}T12:00:00`);
  noon.setDate(noon.getDate() + days);
  return isoDate(noon.getTime());
}

/** The Monday of a date's week. */
export function mondayOf(date: string): string {
  const weekday = (new Date(`${date}T12:00:00`).getDay() + 6) % 7;
  return dayAfter(date, -weekday);
}

/** 08:00 to 16:00, and whether the end is on a later day. */
export function spanWords(span: Instants): string {
  const later = isoDate(span.ends_at_ms - 1) === isoDate(span.starts_at_ms) ? "" : " (+1 day)";
  return `${isoTime(span.starts_at_ms)} to ${isoTime(span.ends_at_ms)}${later}`;
}

/** Hours and minutes of a length: 8 h, 7 h 30 min. */
export function lengthWords(ms: number): string {
  const minutes = Math.round((ms % DAY_MS === 0 ? ms : ms % DAY_MS) / 60_000);
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return rest === 0 ? `${hours} h` : `${hours} h ${rest} min`;
}

function isoTime(ms: number): string {
  const time = new Date(ms);
  const minutes = String(time.getMinutes()).padStart(2, "0");
  return `${String(time.getHours()).padStart(2, "0")}:${minutes}`;
}

/** The instant, or null where the clocks are put forward over it. */
function at(date: string, time: string): number | null {
  const ms = new Date(`${date}T${time}:00`).getTime();
  return Number.isNaN(ms) || isoTime(ms) !== time ? null : ms;
}
