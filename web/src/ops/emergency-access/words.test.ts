import { expect, test } from "vitest";
import type { EmergencyReviewView } from "../../shared/protocol/types";
import { readingsWords, signedInWords, standingWords, waitingWords } from "./words";

const ONE: EmergencyReviewView = {
  id: "a",
  practitioner_name: "Blake Moreno",
  encounter_id: "e",
  reason: "She cannot speak.",
  started_at_ms: 0,
  over_at_ms: 1,
  open: true,
  readings: 0,
  verdict: null,
  note: null,
  reviewed_by: null,
  reviewed_at_ms: null,
};

test("the page says how many wait, and nothing when none does", () => {
  expect(waitingWords(0)).toBeNull();
  expect(waitingWords(1)).toContain("once");
  expect(waitingWords(3)).toContain("3 times");
});

test("how it stands is said with what came of it", () => {
  expect(standingWords(ONE)).toBe("Open now, not reviewed");
  expect(standingWords({ ...ONE, open: false, verdict: "not_justified" })).toBe(
    "Over, not justified",
  );
});

test("readings are counted in words", () => {
  expect([0, 1, 7].map(readingsWords)).toEqual(["Nothing was read", "1 reading", "7 readings"]);
});

test("who signed in in an emergency is said while nobody has seen it", () => {
  expect(signedInWords(0)).toBeNull();
  expect(signedInWords(1)).toContain("An account");
  expect(signedInWords(2)).toContain("2 accounts");
});
