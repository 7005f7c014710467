import { describe, expect, test } from "vitest";
import type {
  DispositionView,
  HealthFlag,
  OrderProposalView,
  TreatmentOrder,
} from "../shared/protocol/types";
import {
  acknowledged,
  adopted,
  barReasons,
  choiceOfKey,
  command,
  edited,
  isUnsaved,
  type Row,
  type Rows,
  refused,
  sending,
  wantsSave,
} from "./dispositions";
import { undecided } from "./fixtures";

const ORDER: TreatmentOrder = {
  protocol_id: "protocol-1",
  protocol_version: 2,
  items: [{ product: "onabotulinumtoxinA", dose_max: { value: 64, unit: "units" } }],
  areas: ["Forehead", "Glabella"],
  performers: ["NP", "RN"],
  instructions: "",
};

const PROPOSAL: OrderProposalView = {
  order: ORDER,
  months_max: 12,
  conditions: [],
  director_name: "Sasha Bellweather",
  valid_until: "2027-11-28",
};

function view(more: Partial<DispositionView> = {}): DispositionView {
  return undecided({ proposal: PROPOSAL, ...more });
}

/** The rows with the order of the first one confirmed. */
function confirmed(all: Rows): Rows {
  const { order } = first(all).now;
  return edited(all, "neurotoxin", { order: { ...order, confirmed: true } });
}

function rows(...views: DispositionView[]): Rows {
  return adopted([], { dispositions: views });
}

function first(all: Rows): Row {
  const row = all[0];
  if (row === undefined) throw new Error("no row");
  return row;
}

function flag(more: Partial<HealthFlag>): HealthFlag {
  return {
    code: "mtc",
    severity: "absolute",
    reason: "Family history of thyroid cancer",
    question_id: "q",
    applies_to: "glp1",
    ...more,
  };
}

describe("single keys", () => {
  test("1 to 5 choose, anything else does not", () => {
    const row = first(rows(view()));
    expect(["1", "2", "3", "4", "5"].map((key) => choiceOfKey(row, key))).toEqual([
      "approved",
      "approved_with_precaution",
      "conditional",
      "deferred",
      "declined",
    ]);
    expect(choiceOfKey(row, "6")).toBeNull();
    expect(choiceOfKey(row, "a")).toBeNull();
  });

  test("cannot approve what is barred", () => {
    const row = first(rows(view({ approval_barred: true })));
    expect(["1", "2", "3"].map((key) => choiceOfKey(row, key))).toEqual([null, null, null]);
    expect(choiceOfKey(row, "5")).toBe("declined");
  });

  test("cannot approve where the site has no protocol", () => {
    const row = first(rows(view({ proposal: null, order_bar: "It has lapsed." })));
    expect(["1", "2", "3", "4"].map((key) => choiceOfKey(row, key))).toEqual([
      null,
      null,
      null,
      "deferred",
    ]);
  });
});

describe("a barred treatment", () => {
  test("refuses approval however it is asked", () => {
    const barred = rows(view({ approval_barred: true }));
    expect(
      first(edited(barred, "neurotoxin", { disposition: "approved" })).now.disposition,
    ).toBe(null);
  });

  test("says why, in the words of its own flags, once each", () => {
    const flags = [
      flag({}),
      flag({ code: "again" }),
      flag({ applies_to: "filler", reason: "elsewhere" }),
      flag({ severity: "review", reason: "not a bar" }),
    ];
    expect(barReasons(flags, "glp1")).toEqual(["Family history of thyroid cancer"]);
  });
});

describe("saving a row", () => {
  test("needs a choice first, and keeps what was typed before it", () => {
    const all = edited(rows(view()), "neurotoxin", { rationale: "healthy skin" });
    expect(wantsSave(first(all))).toBe(false);
    expect(isUnsaved(first(all))).toBe(true);
    expect(wantsSave(first(edited(all, "neurotoxin", { disposition: "approved" })))).toBe(true);
  });

  test("sends once, then is saved", () => {
    let all = edited(rows(view()), "neurotoxin", { disposition: "approved" });
    all = sending(all, "neurotoxin");
    expect(wantsSave(first(all))).toBe(false);
    all = acknowledged(all, "neurotoxin");
    expect(isUnsaved(first(all))).toBe(false);
  });

  test("sends again what was typed while it was under way", () => {
    let all = sending(
      edited(rows(view()), "neurotoxin", { disposition: "deferred" }),
      "neurotoxin",
    );
    all = edited(all, "neurotoxin", { rationale: "labs first" });
    all = acknowledged(all, "neurotoxin");
    expect(wantsSave(first(all))).toBe(true);
  });

  test("that was refused keeps its words and says why", () => {
    let all = sending(
      edited(rows(view()), "neurotoxin", { disposition: "approved" }),
      "neurotoxin",
    );
    all = refused(all, "neurotoxin", "approval is barred");
    expect(first(all)).toMatchObject({ problem: "approval is barred", sent: null });
    expect(first(all).now.disposition).toBe("approved");
  });
});

describe("reading the chart again", () => {
  test("keeps a row that is being edited", () => {
    const mine = edited(rows(view()), "neurotoxin", { rationale: "typing" });
    const after = adopted(mine, { dispositions: [view({ conditions: "ice" })] });
    expect(first(after).now.rationale).toBe("typing");
    expect(first(after).saved.conditions).toBe("ice");
  });

  test("takes the server's words for a row that is not", () => {
    const after = adopted(rows(view()), { dispositions: [view({ disposition: "declined" })] });
    expect(first(after).now.disposition).toBe("declined");
  });

  test("follows a change of treatments", () => {
    const after = adopted(rows(view()), {
      dispositions: [view({ treatment_class: "filler" })],
    });
    expect(after.map((row) => row.treatmentClass)).toEqual(["filler"]);
  });
});

describe("the command", () => {
  test("does not exist without a choice", () => {
    expect(command("encounter-1", first(rows(view())))).toBeNull();
  });

  test("of a refusal carries no order, no conditions and no reasons", () => {
    const row = first(
      rows(
        view({
          disposition: "declined",
          order: ORDER,
          conditions: "x",
          reasons: ["not_today"],
        }),
      ),
    );
    expect(command("encounter-1", row)).toMatchObject({
      order: null,
      conditions: "",
      condition: null,
      reasons: [],
    });
  });

  test("of an approval carries the order once it is confirmed", () => {
    const all = edited(rows(view()), "neurotoxin", { disposition: "approved" });
    expect(command("encounter-1", first(all))).toMatchObject({ order: null });
    expect(command("encounter-1", first(confirmed(all)))).toEqual({
      type: "disposition.set",
      encounter_id: "encounter-1",
      treatment_class: "neurotoxin",
      disposition: "approved",
      rationale: "",
      order: ORDER,
      conditions: "",
      condition: null,
      reasons: [],
      valid_months: 12,
    });
  });

  test("of a deferral carries its reasons", () => {
    const all = edited(rows(view()), "neurotoxin", {
      disposition: "deferred",
      reasons: ["needs_in_person_exam"],
    });
    expect(command("encounter-1", first(all))).toMatchObject({
      order: null,
      reasons: ["needs_in_person_exam"],
    });
  });

  test("of a condition says what it is and who may confirm it, once one is chosen", () => {
    let all = edited(rows(view()), "neurotoxin", { disposition: "conditional" });
    expect(command("encounter-1", first(all))).toMatchObject({ condition: null });
    const { condition } = first(all).now;
    all = edited(all, "neurotoxin", { condition: { ...condition, code: "skin_healed" } });
    expect(command("encounter-1", first(all))).toMatchObject({
      condition: { code: "skin_healed", text: "", satisfied_by: ["NP", "RN"] },
    });
  });

  test("an order hidden by another choice comes back with the old one", () => {
    let all = rows(view({ disposition: "approved", order: ORDER }));
    all = edited(all, "neurotoxin", { disposition: "declined" });
    all = acknowledged(sending(all, "neurotoxin"), "neurotoxin");
    all = adopted(all, { dispositions: [view({ disposition: "declined" })] });
    all = edited(all, "neurotoxin", { disposition: "approved" });
    expect(command("encounter-1", first(all))).toMatchObject({ order: ORDER });
  });
});

describe("an order that is being narrowed", () => {
  const narrowed = (all: Rows): Rows =>
    edited(all, "neurotoxin", { order: { ...first(all).now.order, areas: ["Forehead"] } });

  test("is not lost when the chart is read again before it is confirmed", () => {
    const mine = narrowed(rows(view()));
    expect(isUnsaved(first(mine))).toBe(false);
    const after = adopted(mine, { dispositions: [view({ rationale: "seen" })] });
    expect(first(after).now.order.areas).toEqual(["Forehead"]);
    expect(first(after).now.rationale).toBe("seen");
  });

  test("begins anew when another version of the protocol is in force", () => {
    const order = { ...ORDER, protocol_version: 3, areas: ["Glabella"] };
    const next = view({ proposal: { ...PROPOSAL, order } });
    for (const mine of [
      confirmed(narrowed(rows(view()))),
      edited(confirmed(rows(view())), "neurotoxin", { rationale: "typing" }),
    ]) {
      const after = first(adopted(mine, { dispositions: [next] }));
      expect(after.now.order).toMatchObject({ confirmed: false, areas: ["Glabella"] });
    }
  });
});
