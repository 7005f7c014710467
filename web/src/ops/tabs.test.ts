import { expect, test } from "vitest";
import { dayOf, hashOf, placeOfHash } from "./tabs";

const TABS = ["now", "today", "history"];

test("the address names a tab, and anything else is the first one", () => {
  expect(placeOfHash("#today", TABS)).toEqual({ tab: "today", rest: null });
  expect(placeOfHash("", TABS)).toEqual({ tab: "now", rest: null });
  expect(placeOfHash("#elsewhere/2026-11-27", TABS)).toEqual({ tab: "now", rest: null });
});

test("a day may follow, and both ways agree", () => {
  const place = placeOfHash("#history/2026-11-27", TABS);
  expect(place).toEqual({ tab: "history", rest: "2026-11-27" });
  expect(hashOf(place)).toBe("#history/2026-11-27");
  expect(hashOf({ tab: "now", rest: null })).toBe("#now");
  expect(placeOfHash("#history/", TABS).rest).toBeNull();
});

test("only days of the calendar are days", () => {
  expect(dayOf("2026-11-27")).toBe("2026-11-27");
  expect(dayOf("2026-02-30")).toBeNull();
  expect(dayOf("yesterday")).toBeNull();
  expect(dayOf(null)).toBeNull();
});
