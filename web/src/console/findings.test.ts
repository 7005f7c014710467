import { expect, test } from "vitest";
import { notSeen } from "./dispositions";
import { standingWords } from "./words";

test.each([
  ["missing", "Needed to approve."],
  ["pending", "still being measured"],
  ["seen", "while video flowed both ways"],
  ["unseen", "Look again"],
] as const)("a finding that is %s is said in words", (standing, words) => {
  expect(standingWords({ standing, at_ms: null })).toContain(words);
});

test("what was not seen is named by its treatment, and nothing else that is missing", () => {
  const missing = [
    { code: "finding_missing", message: "", target: "seen-filler" },
    { code: "note_missing", message: "", target: "note" },
    { code: "finding_unseen", message: "", target: "seen-laser_ipl" },
  ];
  expect(notSeen({ missing })).toEqual(["filler", "laser_ipl"]);
});
