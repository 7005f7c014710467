import { describe, expect, test } from "vitest";
import type { AuditEntryView } from "../../shared/protocol/types";
import { ANYTHING, aboutOf, actorOf, outcomeOf, queryOf, whoOf } from "./words";

const PEOPLE = [{ actor: "practitioner:p1", name: "Ana Ruiz", role: "practitioner" }];

function entry(change: Partial<AuditEntryView>): AuditEntryView {
  return {
    id: "0".repeat(32),
    at_ms: 0,
    action: "read",
    outcome: "done",
    actor: "practitioner:p1",
    actor_name: null,
    role: "practitioner",
    encounter_id: null,
    patient_id: null,
    route: "GET /api/v1/portal/home",
    reason: null,
    session: null,
    address: null,
    shown: [],
    number: null,
    log_index: null,
    ...change,
  };
}

describe("a search", () => {
  test("asks for nothing that was left empty", () => {
    expect(queryOf(ANYTHING, PEOPLE)).toBe("");
  });

  test("finds the pseudonym of a name, and takes an id as it is", () => {
    expect(actorOf(" ana ruiz ", PEOPLE)).toBe("practitioner:p1");
    expect(actorOf("operator:root", PEOPLE)).toBe("operator:root");
  });

  test("counts both days that it names, and goes on where the last page ended", () => {
    const wanted = { ...ANYTHING, who: "Ana Ruiz", from: "2026-11-27", to: "2026-11-28" };
    const query = new URLSearchParams(queryOf(wanted, PEOPLE, "5-ab"));
    expect(query.get("actor")).toBe("practitioner:p1");
    expect(query.get("since")).toBe(String(new Date(2026, 10, 27).getTime()));
    expect(query.get("until")).toBe(String(new Date(2026, 10, 29).getTime()));
    expect(query.get("below")).toBe("5-ab");
  });
});

describe("an entry", () => {
  test("says who by name where there is one", () => {
    expect(whoOf({ actor: "practitioner:p1", actor_name: "Ana Ruiz" })).toBe("Ana Ruiz");
    expect(whoOf({ actor: "patient:e1", actor_name: null })).toBe("The patient");
    expect(whoOf({ actor: "operator:root", actor_name: null })).toBe("Operator root");
    expect(whoOf({ actor: "software:t1", actor_name: null })).toBe("software:t1");
  });

  test("says what it was about", () => {
    expect(aboutOf(entry({ encounter_id: "0123456789ab" }))).toBe("encounter 01234567…");
    expect(aboutOf(entry({ number: 3 }))).toBe("3 in portal/home");
    expect(aboutOf(entry({ route: "socket /spa" }))).toBe("socket /spa");
  });

  test("says why it was refused, and how often where that was counted", () => {
    const refused = entry({ action: "denied", outcome: "refused", reason: "not_found" });
    expect(outcomeOf(refused)).toBe("Refused: not theirs, or not there");
    expect(outcomeOf({ ...refused, number: 30 })).toContain("(30 times)");
    expect(outcomeOf(entry({}))).toBe("Done");
  });
});
