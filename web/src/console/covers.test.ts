import { expect, test } from "vitest";
import type { CoverView } from "../shared/protocol/types";
import { canEnd, coverStanding, revocationOf } from "./covers";

const TODAY = "2026-11-28";
const COVER: CoverView = {
  authorization_id: "a",
  encounter_id: "e",
  treatment_class: "filler",
  disposition: "approved",
  order: "",
  conditions: "",
  order_salt: "",
  performers: [],
  satisfied_by: [],
  satisfied_at_ms: null,
  practitioner_name: "Avery Lane",
  signed_at_ms: 0,
  valid_until: "2027-11-28",
  revoked_reason: null,
  revoked_at_ms: null,
};

test("an approval that nothing ended can be ended", () => {
  expect(coverStanding(COVER, TODAY).key).toBe("in_force");
  expect(canEnd(COVER, TODAY)).toBe(true);
});

test("a condition is open until somebody has confirmed it", () => {
  const open: CoverView = { ...COVER, disposition: "conditional" };
  expect(coverStanding(open, TODAY).key).toBe("open");
  expect(coverStanding({ ...open, satisfied_at_ms: 1 }, TODAY).key).toBe("in_force");
});

test("what has ended says why and cannot be ended again", () => {
  const ended: CoverView = {
    ...COVER,
    revoked_at_ms: 1,
    revoked_reason: "new_health_information",
  };
  expect(coverStanding(ended, TODAY).words).toContain("new health information");
  expect(canEnd(ended, TODAY)).toBe(false);
});

test("it counts on its last day and not on the next", () => {
  expect(coverStanding({ ...COVER, valid_until: TODAY }, TODAY).key).toBe("in_force");
  expect(coverStanding({ ...COVER, valid_until: "2026-11-27" }, TODAY).key).toBe("expired");
});

test("nothing is ended without words", () => {
  expect(revocationOf("practitioner_decision", "  ", "r")).toBeNull();
  expect(revocationOf("practitioner_decision", " Recall ", "r")).toEqual({
    request_id: "r",
    reason: "practitioner_decision",
    note: "Recall",
  });
});
