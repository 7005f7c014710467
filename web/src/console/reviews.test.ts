import { expect, test } from "vitest";
import type { ReviewItemView, ReviewView } from "../shared/protocol/types";
import {
  dueWords,
  isOverdue,
  nextPicture,
  openedWords,
  pictureName,
  pictures,
  placeWords,
} from "./reviews";

const HOUR = 3_600_000;
const NOW = 1_796_000_000_000;

function item(key: string, change: Partial<ReviewItemView> = {}): ReviewItemView {
  const base = { kind: "image", view: null, page: null, opened: false } as const;
  return { key, width_px: 10, height_px: 10, ...base, ...change };
}

function review(...items: ReviewItemView[]): ReviewView {
  return {
    submitted_at_ms: NOW,
    due_at_ms: NOW,
    items,
    conditions: [],
    sufficient: null,
    reason: "",
    bars: [],
  };
}

test.each([
  [23.6 * HOUR, "Due in 24 hours"],
  [HOUR, "Due in 1 hour"],
  [59_000, "Due in 1 minute"],
  [0, "Overdue by 1 minute"],
  [-2 * HOUR, "Overdue by 2 hours"],
  [-72 * HOUR, "Overdue by 3 days"],
])("what is due %d ms from now says so", (left, words) => {
  expect(dueWords({ due_at_ms: NOW + left }, NOW)).toBe(words);
  expect(isOverdue({ due_at_ms: NOW + left }, NOW)).toBe(left <= 0);
});

test("two places are both named, one place once", () => {
  expect(placeWords({ jurisdiction: "AZ", site_jurisdiction: "AZ" })).toBe("AZ");
  expect(placeWords({ jurisdiction: "NV", site_jurisdiction: "AZ" })).toBe(
    "NV, treatment in AZ",
  );
});

test("the next picture is the first that nobody opened, and then there is none", () => {
  const some = review(
    item("answers", { kind: "answers" }),
    item("one", { opened: true }),
    item("two"),
    item("three"),
  );
  expect(pictures(some).map((each) => each.key)).toEqual(["one", "two", "three"]);
  expect(nextPicture(some, null)).toBe("two");
  expect(nextPicture(some, "two")).toBe("three");
  expect(nextPicture(some, "three")).toBe("two");
  expect(openedWords(some)).toBe("1 of 4 opened");
  expect(nextPicture(review(item("one", { opened: true })), "one")).toBeNull();
});

test("a picture is called what it is to show", () => {
  expect(pictureName(item("a", { view: "face_front_relaxed" }), 0)).toBe("Face front relaxed");
  expect(pictureName(item("a", { view: "more" }), 2)).toBe("Photo 3");
  expect(pictureName(item("a", { kind: "record", page: 4 }), 0)).toBe("Record, page 4");
});
