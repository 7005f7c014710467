import { describe, expect, it } from "vitest";
import type { HealthFlag } from "../shared/protocol/types";
import { flagGroups } from "./flag-groups";

function flag(code: string, applies_to: string, more: Partial<HealthFlag> = {}): HealthFlag {
  return { code, severity: "review", reason: code, question_id: "q", applies_to, ...more };
}

const KELOID = [flag("keloid", "filler"), flag("keloid", "laser_ipl")];

describe("review flags", () => {
  it("of two treatments are answered once", () => {
    const [group, ...others] = flagGroups({ flags: KELOID, flag_reasons: [] });
    expect(others).toEqual([]);
    expect(group?.appliesTo).toEqual(["filler", "laser_ipl"]);
    expect(group?.flags).toHaveLength(2);
  });

  it("are unanswered while one treatment has no reason", () => {
    const said = { code: "keloid", question_id: "q", applies_to: "filler", reason: "old scar" };
    const view = { flags: KELOID, flag_reasons: [said] };
    expect(flagGroups(view)[0]?.answer).toBe("");
    const both = [said, { ...said, applies_to: "laser_ipl" }];
    expect(flagGroups({ ...view, flag_reasons: both })[0]?.answer).toBe("old scar");
  });

  it("are no contraindications: those cannot be answered away", () => {
    const flags = [flag("allergy", "all", { severity: "absolute" })];
    expect(flagGroups({ flags, flag_reasons: [] })).toEqual([]);
  });
});
