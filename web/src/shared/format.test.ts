import { expect, test } from "vitest";
import {
  ageOn,
  calendarDay,
  clockSeconds,
  clockTime,
  dayAndTime,
  isoDay,
  seconds,
  span,
} from "./format";

const AT = Date.UTC(2026, 10, 22, 14, 3, 22);

test("times are written with 24 hours", () => {
  expect(clockTime(AT, "UTC")).toBe("14:03");
  expect(clockSeconds(AT, "UTC")).toBe("14:03:22");
  expect(clockTime(Date.UTC(2026, 0, 1, 0, 5), "UTC")).toBe("00:05");
  expect(dayAndTime(AT, "en-US", "UTC")).toBe("Nov 22, 2026, 14:03");
});

test("a calendar date is the same day in every zone", () => {
  expect(calendarDay("2027-05-01")).toBe("May 1, 2027");
  expect(calendarDay("2027-05-01T00:00:00Z", "es-US")).toContain("2027");
  expect(calendarDay("soon")).toBe("soon");
});

test("spans grow from seconds to hours", () => {
  expect([0, 7_000, 750_000, 3_723_000, -5].map(span)).toEqual([
    "0:00",
    "0:07",
    "12:30",
    "1:02:03",
    "0:00",
  ]);
});

test("seconds have one decimal, and nothing is a dash", () => {
  expect(seconds(30_440)).toBe("30.4 s");
  expect(seconds(null)).toBe("–");
});

test("nobody is older before the birthday", () => {
  expect(ageOn("1990-11-22", "2026-11-21")).toBe(35);
  expect(ageOn("1990-11-22", "2026-11-22")).toBe(36);
  expect(ageOn("2000-02-29", "2026-02-28")).toBe(25);
});

test("a local day is written as the wire wants it", () => {
  expect(isoDay(new Date(2026, 0, 5))).toBe("2026-01-05");
});
