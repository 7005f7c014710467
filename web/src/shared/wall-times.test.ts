import { expect, test } from "vitest";
import {
  dayAfter,
  instantsOf,
  isoDate,
  lengthWords,
  midnight,
  mondayOf,
  spanWords,
  wallSpanOf,
} from "./wall-times";

const HOUR = 3_600_000;

test("what is typed comes back as it was", () => {
  const typed = { date: "2026-11-30", start: "08:00", end: "16:30" };
  const span = instantsOf(typed);
  expect(typeof span).toBe("object");
  if (typeof span === "object") {
    expect(wallSpanOf(span)).toEqual(typed);
    expect(spanWords(span)).toBe("08:00 to 16:30");
    expect(lengthWords(span.ends_at_ms - span.starts_at_ms)).toBe("8 h 30 min");
  }
});

test("an end before the start is on the next day", () => {
  const span = instantsOf({ date: "2026-11-30", start: "22:00", end: "06:00" });
  if (typeof span === "string") throw new Error(span);
  expect(span.ends_at_ms - span.starts_at_ms).toBe(8 * HOUR);
  expect(spanWords(span)).toBe("22:00 to 06:00 (+1 day)");
});

test("what ends at midnight ends on its own day", () => {
  const span = instantsOf({ date: "2026-11-30", start: "16:00", end: "00:00" });
  if (typeof span === "string") throw new Error(span);
  expect(spanWords(span)).toBe("16:00 to 00:00");
});

test("what cannot be is said", () => {
  expect(instantsOf({ date: "", start: "08:00", end: "16:00" })).toBe("incomplete");
  expect(instantsOf({ date: "2026-11-30", start: "08:00", end: "08:10" })).toBe("too_short");
  expect(instantsOf({ date: "2026-11-30", start: "08:00", end: "08:00" })).toBe("too_short");
});

test("weeks begin on Monday, over the end of a month", () => {
  expect(mondayOf("2026-11-29")).toBe("2026-11-23");
  expect(mondayOf("2026-11-30")).toBe("2026-11-30");
  expect(dayAfter("2026-11-30")).toBe("2026-12-01");
  expect(dayAfter("2026-12-01", -1)).toBe("2026-11-30");
  expect(isoDate(midnight("2026-12-01"))).toBe("2026-12-01");
});

test("a whole day has twenty-four hours", () => {
  expect(lengthWords(24 * HOUR)).toBe("24 h");
});
