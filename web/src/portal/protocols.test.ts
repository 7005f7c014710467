import { describe, expect, test } from "vitest";
import type {
  ProtocolForm,
  ProtocolStanding,
  ProtocolView,
  SiteProtocolsView,
  TreatmentOptionView,
} from "../shared/protocol/types";
import {
  byClass,
  draftFrom,
  faultsOf,
  formOf,
  linesOf,
  type ProtocolDraft,
  shownVersion,
  standingsOf,
} from "./protocols";

const TODAY = "2026-11-28";
const FORM: ProtocolForm = {
  treatment_class: "neurotoxin",
  products: [{ product: "onabotulinumtoxinA", dose_max: { value: 64, unit: "units" } }],
  areas: ["Forehead", "Glabella"],
  performers: ["NP", "RN"],
  conditions: ["Emergency kit"],
  order_months_max: 6,
  valid_from: "2026-01-01",
  valid_until: "2026-12-31",
};
const OPTIONS: TreatmentOptionView[] = [
  {
    treatment_class: "neurotoxin",
    label_en: "Wrinkle relaxers",
    label_es: "Relajantes",
    products: ["onabotulinumtoxinA", "abobotulinumtoxinA"],
  },
  { treatment_class: "filler", label_en: "Fillers", label_es: "Rellenos", products: [] },
];

function version(number: number, standing: ProtocolStanding): ProtocolView {
  return {
    protocol_id: "protocol-1",
    version: number,
    sha256: "ab".repeat(32),
    standing,
    protocol: FORM,
    created_at_ms: 1,
    signed_at_ms: null,
    signed_by: null,
  };
}

function site(...protocols: ProtocolView[]): SiteProtocolsView {
  return {
    site_id: "site-1",
    site_name: "Glow Scottsdale",
    jurisdiction: "AZ",
    directors: [],
    protocols,
  };
}

function keys(...versions: ProtocolView[]): string[] {
  return standingsOf({ treatmentClass: "neurotoxin", versions }).map((each) => each.key);
}

function draft(change: Partial<ProtocolDraft> = {}): ProtocolDraft {
  const there = site(version(1, "in_force"));
  const [one] = byClass(there, OPTIONS);
  if (one === undefined) throw new Error("no class");
  return { ...draftFrom(there, one, OPTIONS, TODAY), ...change };
}

describe("a line", () => {
  test("stands for every treatment, also one without a protocol", () => {
    const all = byClass(site(version(1, "in_force")), OPTIONS);
    expect(all.map((each) => each.versions.length)).toEqual([1, 0]);
    expect(keys()).toEqual(["none"]);
  });

  test("says what is in force, and what waits besides", () => {
    expect(keys(version(1, "in_force"))).toEqual(["in_force"]);
    expect(keys(version(2, "draft"), version(1, "in_force"))).toEqual(["in_force", "draft"]);
    expect(keys(version(2, "in_force"), version(1, "superseded"))).toEqual(["in_force"]);
    expect(keys(version(2, "withdrawn"), version(1, "superseded"))).toEqual(["withdrawn"]);
    expect(keys(version(1, "draft"))).toEqual(["draft"]);
    expect(keys(version(1, "director_lapsed"))).toEqual(["director_lapsed"]);
  });

  test("is about the version in force, else about the newest", () => {
    const versions = [version(2, "draft"), version(1, "in_force")];
    expect(shownVersion({ treatmentClass: "x", versions })?.version).toBe(1);
    expect(
      shownVersion({ treatmentClass: "x", versions: [version(2, "draft")] })?.version,
    ).toBe(2);
    expect(shownVersion({ treatmentClass: "x", versions: [] })).toBeNull();
  });
});

test("a protocol is said line by line, without what it does not have", () => {
  expect(linesOf({ ...FORM, areas: [] })).toEqual([
    ["Products", "onabotulinumtoxinA up to 64 units"],
    ["May be performed by", "NP, RN"],
    ["Required", "Emergency kit"],
    ["Orders last", "6 months"],
  ]);
});

describe("a new version", () => {
  test("begins with what the last one says, for a year from today", () => {
    expect(formOf(draft())).toEqual({
      site_id: "site-1",
      protocol: { ...FORM, valid_from: TODAY, valid_until: "2027-11-27" },
    });
    expect(faultsOf(draft(), TODAY)).toEqual({});
  });

  test("of a class without any begins empty, and cannot be kept like that", () => {
    const there = site();
    const [, filler] = byClass(there, OPTIONS);
    if (filler === undefined) throw new Error("no class");
    const empty = draftFrom(there, filler, OPTIONS, TODAY);
    expect(Object.keys(faultsOf(empty, TODAY))).toEqual(["products", "performers"]);
  });

  test.each([
    ["20", "", "unit"],
    ["", "mL", "figure"],
    ["0", "mL", "figure"],
    ["1.0001", "mL", "figure"],
    ["20", "two words", "unit"],
  ])("a dose of %j %j is not one", (value, unit, wanted) => {
    const products = { onabotulinumtoxinA: { chosen: true, value, unit } };
    expect(faultsOf(draft({ products }), TODAY).products).toContain(wanted);
  });

  test("a product without a figure has no maximum", () => {
    const products = { onabotulinumtoxinA: { chosen: true, value: "", unit: "" } };
    expect(formOf(draft({ products })).protocol.products).toEqual([
      { product: "onabotulinumtoxinA", dose_max: null },
    ]);
  });

  test("lines that are empty or stand twice", () => {
    expect(formOf(draft({ areas: " Lips \n\n Chin" })).protocol.areas).toEqual([
      "Lips",
      "Chin",
    ]);
    expect(faultsOf(draft({ areas: "Lips\nlips" }), TODAY).areas).toContain("twice");
    expect(faultsOf(draft({ areas: "x".repeat(61) }), TODAY).areas).toContain("60");
  });

  test.each(["", "2026-11-27", "2026-11-20"])("cannot end on %j", (until) => {
    expect(faultsOf(draft({ until, from: "2026-11-21" }), TODAY).until).toBeDefined();
  });
});
