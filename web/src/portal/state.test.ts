import { describe, expect, test } from "vitest";
import type { EncounterRow, LinkView, SpaEvent } from "../shared/protocol/types";
import {
  canCancel,
  canResend,
  dueCallbacks,
  EMPTY,
  found,
  reduce,
  standing,
  withLink,
} from "./state";

function row(id: string, more: Partial<EncounterRow> = {}): EncounterRow {
  return {
    encounter_id: id,
    patient_name: "Mira Vale",
    birth_date: "1990-02-03",
    site_name: "Glow",
    treatments: [],
    visit: "requested",
    presence: "unknown",
    requested_at_ms: 1_000,
    ready_at_ms: null,
    signed_at_ms: null,
    practitioner_name: null,
    dispositions: {},
    callback: null,
    emergency: null,
    live_asked: false,
    ...more,
  };
}

function sync(...encounters: EncounterRow[]): SpaEvent {
  return { v: 1, stream: "s", seq: 1, type: "spa.sync", encounters };
}

function changed(encounter: EncounterRow): SpaEvent {
  return { v: 1, stream: "s", seq: 2, type: "encounter.changed", encounter };
}

describe("the list", () => {
  test("is newest first", () => {
    const state = reduce(
      EMPTY,
      sync(row("old", { requested_at_ms: 1 }), row("new", { requested_at_ms: 2 })),
    );
    expect(state.rows.map((one) => one.encounter_id)).toEqual(["new", "old"]);
  });

  test("takes a changed line in its place and a new one at the top", () => {
    let state = reduce(EMPTY, sync(row("a"), row("b")));
    state = reduce(state, changed(row("b", { visit: "waiting" })));
    state = reduce(state, changed(row("c", { requested_at_ms: 9_000 })));
    expect(state.rows.map((one) => [one.encounter_id, one.visit])).toEqual([
      ["c", "requested"],
      ["a", "requested"],
      ["b", "waiting"],
    ]);
  });

  test("forgets lines that a new sync does not name", () => {
    const state = reduce(reduce(EMPTY, sync(row("a"))), sync(row("b")));
    expect(state.rows.map((one) => one.encounter_id)).toEqual(["b"]);
  });

  test("keeps its lines when the session ends, and says why", () => {
    const ended: SpaEvent = {
      v: 1,
      stream: "s",
      seq: 3,
      type: "session.ended",
      reason: "expired",
    };
    const state = reduce(reduce(EMPTY, sync(row("a"))), ended);
    expect(state).toMatchObject({ ended: "expired" });
  });
});

describe("search", () => {
  const rows = [row("a", { patient_name: "José Ángel Núñez" }), row("b")];

  test("finds every word in any order, accents and case aside", () => {
    expect(found(rows, "nunez jose").map((one) => one.encounter_id)).toEqual(["a"]);
    expect(found(rows, "NÚÑEZ").map((one) => one.encounter_id)).toEqual(["a"]);
  });

  test("shows everything for an empty box and nothing for a stranger", () => {
    expect(found(rows, "  ")).toHaveLength(2);
    expect(found(rows, "nobody")).toHaveLength(0);
  });
});

describe("the words of a line", () => {
  test.each([
    ["requested", "Link sent"],
    ["intake", "Filling in"],
    ["waiting", "Waiting"],
    ["in_progress", "In call"],
    ["wrap_up", "Writing up"],
    ["submitted", "Photos sent"],
    ["in_review", "In review"],
    ["cancelled", "Cancelled"],
    ["no_show", "Did not come"],
    ["expired", "Link expired"],
  ] as const)("%s is %s", (visit, words) => {
    expect(standing(row("a", { visit })).words).toBe(words);
  });

  test("a patient who closed the page in the queue is away, the place is still theirs", () => {
    expect(standing(row("a", { visit: "waiting", presence: "away" })).words).toBe(
      "Waiting, stepped away",
    );
  });

  test("an outcome is said once, or as mixed", () => {
    const signed = { visit: "signed" } as const;
    const one = row("a", { ...signed, dispositions: { filler: "deferred" } });
    const same = row("a", {
      ...signed,
      dispositions: { filler: "approved", glp1: "approved" },
    });
    const mixed = row("a", {
      ...signed,
      dispositions: { filler: "approved", glp1: "declined" },
    });
    expect(standing(one).words).toBe("Signed: deferred");
    expect(standing(same).words).toBe("Signed: approved");
    expect(standing(mixed).words).toBe("Signed: mixed outcome");
  });

  test("no two standings share an icon and a tone and words", () => {
    const visits = ["requested", "intake", "waiting", "in_progress", "wrap_up"] as const;
    const seen = visits.map((visit) => standing(row("a", { visit })).words);
    expect(new Set(seen).size).toBe(visits.length);
  });
});

describe("what may still be done", () => {
  test("a link can be resent and the exam cancelled until the call", () => {
    expect(canResend(row("a", { visit: "intake" }))).toBe(true);
    expect(canCancel(row("a", { visit: "waiting" }))).toBe(true);
    expect(canResend(row("a", { visit: "in_progress" }))).toBe(false);
    expect(canCancel(row("a", { visit: "signed" }))).toBe(false);
  });

  test("photos that were sent can be cancelled until somebody reviews them", () => {
    expect(canCancel(row("a", { visit: "submitted" }))).toBe(true);
    expect(canCancel(row("a", { visit: "in_review" }))).toBe(false);
    expect(canResend(row("a", { visit: "in_review" }))).toBe(true);
  });
});

describe("a patient who was on the site's tablet", () => {
  test("gets a link to their copy once the exam is signed, and nothing is cancelled", () => {
    expect(canResend(row("a", { visit: "signed" }))).toBe(true);
    expect(canCancel(row("a", { visit: "signed" }))).toBe(false);
    expect(canResend(row("a", { visit: "wrap_up" }))).toBe(false);
  });
});

describe("callbacks", () => {
  const asked = { requested_at_ms: 1, opens_at_ms: 5, due_at_ms: null };

  test("a patient who is to be called says so until they are due", () => {
    expect(standing(row("a", { visit: "left", callback: asked })).key).toBe("callback");
    const due = { ...asked, due_at_ms: 9 };
    expect(standing(row("a", { visit: "intake", callback: due })).key).toBe("callback_due");
  });

  test("those who are due come in the order in which they became so", () => {
    const rows = [
      row("late", { callback: { ...asked, due_at_ms: 9 } }),
      row("not yet", { callback: asked }),
      row("first", { callback: { ...asked, due_at_ms: 3 } }),
      row("none"),
    ];
    expect(dueCallbacks(rows).map((one) => one.encounter_id)).toEqual(["first", "late"]);
  });
});

test("a patient whom the reviewer wants to see live stands out until they come", () => {
  expect(standing(row("a", { visit: "intake", live_asked: true })).key).toBe("live_asked");
  expect(standing(row("a", { visit: "intake" })).key).toBe("intake");
});

test("a link that comes late takes no other patient's link away, but the older one of its exam", () => {
  const link = (id: string, url: string): LinkView => ({ encounter_id: id, url }) as LinkView;
  const shown = withLink(withLink([], link("a", "1")), link("b", "2"));
  expect(withLink(shown, link("a", "3")).map((one) => one.url)).toEqual(["3", "2"]);
});
