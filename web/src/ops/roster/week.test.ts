import { describe, expect, test } from "vitest";
import type { CoverageRowView, RosterView, ShiftView } from "../../shared/protocol/types";
import { midnight } from "../../shared/wall-times";
import {
  byCover,
  coverSummary,
  daysOf,
  gapWords,
  hoursPlanned,
  shiftsOn,
  weekSpan,
} from "./week";

const MONDAY = "2026-11-30";
const HOUR = 3_600_000;

function shift(id: string, day: string, from: number, hours: number): ShiftView {
  const starts_at_ms = midnight(day) + from * HOUR;
  const ends_at_ms = starts_at_ms + hours * HOUR;
  return { shift_id: id, practitioner_id: "p", starts_at_ms, ends_at_ms, source: "ops" };
}

function roster(...shifts: ShiftView[]): RosterView {
  return { now_ms: 0, people: [], shifts };
}

function row(jurisdiction: string, covered: readonly number[]): CoverageRowView {
  const rostered = Array.from({ length: 24 }, (_, hour) => (covered.includes(hour) ? 1 : 0));
  const gaps: number[][] = [];
  rostered.forEach((count, hour) => {
    const last = gaps.at(-1);
    if (count > 0) return;
    if (last?.[1] === hour) last[1] = hour + 1;
    else gaps.push([hour, hour + 1]);
  });
  return { jurisdiction, name: jurisdiction, rostered, gaps };
}

describe("a week", () => {
  test("has seven days over the end of a month", () => {
    expect(daysOf(MONDAY)).toHaveLength(7);
    expect(daysOf(MONDAY).at(-1)).toBe("2026-12-06");
    const { from, to } = weekSpan(MONDAY);
    expect(to - from).toBe(7 * 24 * HOUR);
  });

  test("shows a shift on the day it begins, the earliest first", () => {
    const late = shift("late", "2026-12-01", 18, 4);
    const early = shift("early", "2026-12-01", 8, 4);
    const shown = shiftsOn(roster(late, early), "p", "2026-12-01", MONDAY);
    expect(shown.map((one) => one.shift_id)).toEqual(["early", "late"]);
    expect(shiftsOn(roster(late), "p", "2026-12-02", MONDAY)).toEqual([]);
    expect(shiftsOn(roster(late), "other", "2026-12-01", MONDAY)).toEqual([]);
  });

  test("shows a night that began before it on its first day", () => {
    const night = shift("night", "2026-11-29", 22, 8);
    expect(shiftsOn(roster(night), "p", MONDAY, MONDAY)).toEqual([night]);
    expect(hoursPlanned(roster(night), "p", MONDAY)).toBe(6);
  });
});

describe("coverage", () => {
  const all = Array.from({ length: 24 }, (_, hour) => hour);

  test("names its gaps in words", () => {
    expect(gapWords(row("AZ", all))).toBe("No gap");
    expect(gapWords(row("AZ", []))).toBe("Nobody all day");
    expect(gapWords(row("AZ", [0, 1, 2, 12]))).toBe("03:00 to 12:00, 13:00 to 24:00");
  });

  test("puts the jurisdictions with somebody first and sums the day up", () => {
    const rows = [row("AL", []), row("AZ", all), row("CO", [3])];
    expect(byCover(rows).map((one) => one.jurisdiction)).toEqual(["AZ", "CO", "AL"]);
    expect(coverSummary(rows)).toBe(
      "1 of 3 jurisdictions are covered all day, 1 in part, 1 not at all.",
    );
  });
});
