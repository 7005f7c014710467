// A week of shifts, by practitioner and day, and coverage in words. Pure: days are those of this
// browser's wall clock.

import type { CoverageRowView, RosterView, ShiftView } from "../../shared/protocol/types";
import { dayAfter, isoDate, midnight } from "../../shared/wall-times";

export const WEEK_DAYS = 7;
export const HOURS = 24;

/** The seven days from a Monday on. */
export function daysOf(monday: string): string[] {
  return Array.from({ length: WEEK_DAYS }, (_, day) => dayAfter(monday, day));
}

/** The stretch of a week, as the server is asked for it. */
export function weekSpan(monday: string): { from: number; to: number } {
  return { from: midnight(monday), to: midnight(dayAfter(monday, WEEK_DAYS)) };
}

/** A practitioner's shifts that begin on a day; one from the day before the week on its first. */
export function shiftsOn(
  roster: RosterView,
  practitionerId: string,
  day: string,
  monday: string,
): ShiftView[] {
  return roster.shifts
    .filter((one) => one.practitioner_id === practitionerId)
    .filter((one) => {
      const begins = isoDate(one.starts_at_ms);
      return begins === day || (day === monday && begins < monday);
    })
    .sort((a, b) => a.starts_at_ms - b.starts_at_ms);
}

/** Hours planned within the week. */
export function hoursPlanned(
  roster: RosterView,
  practitionerId: string,
  monday: string,
): number {
  const { from, to } = weekSpan(monday);
  const ms = roster.shifts
    .filter((one) => one.practitioner_id === practitionerId)
    .reduce(
      (sum, one) =>
        sum + Math.max(0, Math.min(one.ends_at_ms, to) - Math.max(one.starts_at_ms, from)),
      0,
    );
  return Math.round((ms / 3_600_000) * 10) / 10;
}

/** The gaps of a row: "08:00 to 12:00, 20:00 to 24:00"; what it says when there are none. */
export function gapWords(row: CoverageRowView): string {
  const whole = row.gaps.some(([first, end]) => first === 0 && end === HOURS);
  if (whole) return "Nobody all day";
  if (row.gaps.length === 0) return "No gap";
  return row.gaps.map(([first, end]) => `${hour(first ?? 0)} to ${hour(end ?? 0)}`).join(", ");
}

/** Jurisdictions with somebody for at least an hour first, by code; then the others. */
export function byCover(rows: readonly CoverageRowView[]): CoverageRowView[] {
  const some = (row: CoverageRowView): boolean => row.rostered.some((count) => count > 0);
  return [...rows.filter(some), ...rows.filter((row) => !some(row))];
}

/** One sentence about a day. */
export function coverSummary(rows: readonly CoverageRowView[]): string {
  const whole = rows.filter((row) => row.gaps.length === 0).length;
  const none = rows.filter((row) => row.rostered.every((count) => count === 0)).length;
  const parts = rows.length - whole - none;
  return `${whole} of ${rows.length} jurisdictions are covered all day, ${parts} in part, ${none} not at all.`;
}

function hour(number: number): string {
  return `${String(number).padStart(2, "0")}:00`;
}
