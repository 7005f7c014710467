import { describe, expect, test } from "vitest";
import { toggled } from "../shared/performers";
import type { OrderProposalView, TreatmentOrder } from "../shared/protocol/types";
import {
  draftOf,
  faultsOf,
  type OrderDraft,
  orderOf,
  orderWords,
  withConfirmed,
} from "./order";

const ORDER: TreatmentOrder = {
  protocol_id: "protocol-1",
  protocol_version: 2,
  items: [
    { product: "onabotulinumtoxinA", dose_max: { value: 64, unit: "units" } },
    { product: "letibotulinumtoxinA", dose_max: null },
  ],
  areas: ["Forehead", "Glabella"],
  performers: ["NP", "RN"],
  instructions: "",
};
const PROPOSAL: OrderProposalView = {
  order: ORDER,
  months_max: 12,
  conditions: ["Emergency kit"],
  director_name: "Sasha Bellweather",
  valid_until: "2027-11-28",
};
const FRESH = draftOf(PROPOSAL, null);

function confirmed(change: Partial<OrderDraft> = {}): TreatmentOrder | null {
  return orderOf(withConfirmed({ ...FRESH, ...change }, true));
}

describe("an order", () => {
  test("begins as the protocol has it, and is nothing until it is confirmed", () => {
    expect(FRESH.confirmed).toBe(false);
    expect(orderOf(FRESH)).toBeNull();
    expect(confirmed()).toEqual(ORDER);
  });

  test("is read back as it was confirmed, with the protocol's limits beside it", () => {
    const narrowed: TreatmentOrder = {
      ...ORDER,
      items: [{ product: "onabotulinumtoxinA", dose_max: { value: 20, unit: "units" } }],
      areas: ["Glabella"],
    };
    const draft = draftOf(PROPOSAL, narrowed);
    expect(draft.confirmed).toBe(true);
    expect(orderOf(draft)).toEqual(narrowed);
    expect(draft.proposal?.order.areas).toEqual(["Forehead", "Glabella"]);
  });

  test("without a protocol is none", () => {
    const draft = draftOf(null, ORDER);
    expect(draft.confirmed).toBe(false);
    expect(orderOf(withConfirmed(draft, true))).toBeNull();
  });

  test("keeps the order of the protocol, however it was ticked", () => {
    const areas = toggled(toggled(FRESH.areas, "Forehead"), "Forehead");
    expect(areas).toEqual(["Glabella", "Forehead"]);
    expect(confirmed({ areas })?.areas).toEqual(["Forehead", "Glabella"]);
  });

  test("takes a figure with a comma, and one at the maximum", () => {
    for (const [typed, value] of [
      ["20,5", 20.5],
      [" 64 ", 64],
      ["0.001", 0.001],
    ] as const) {
      const order = confirmed({ doses: { onabotulinumtoxinA: typed } });
      expect(order?.items[0]?.dose_max?.value).toBe(value);
    }
  });
});

describe("what must be mended", () => {
  test.each(["", "abc", "0", "-1", "64.001", "1e3", "1.0001", "65"])(
    "a dose of %j",
    (typed) => {
      const draft = { ...FRESH, doses: { onabotulinumtoxinA: typed } };
      expect(faultsOf(draft).map((each) => each.part)).toEqual(["dose"]);
      expect(withConfirmed(draft, true).confirmed).toBe(false);
    },
  );

  test("nothing chosen", () => {
    const draft = { ...FRESH, products: [], areas: [], performers: [] };
    expect(faultsOf(draft).map((each) => each.part)).toEqual([
      "products",
      "areas",
      "performers",
    ]);
  });

  test("a confirmed order that gets a fault counts no more", () => {
    const draft = withConfirmed(FRESH, true);
    expect(orderOf({ ...draft, performers: [] })).toBeNull();
  });

  test("the dose of a product that is not chosen does not matter", () => {
    const products = ["letibotulinumtoxinA"];
    const draft = { ...FRESH, products, doses: { onabotulinumtoxinA: "999" } };
    expect(faultsOf(draft)).toEqual([]);
  });
});

test("an order is said in a few words", () => {
  expect(orderWords(FRESH)).toBe(
    "onabotulinumtoxinA up to 64 units; letibotulinumtoxinA · Forehead, Glabella · NP, RN",
  );
});
