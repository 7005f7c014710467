import { expect, test } from "vitest";
import type {
  FileRowView,
  PractitionerFileView,
  PractitionersView,
} from "../../shared/protocol/types";
import { chosen, physiciansFor } from "./choosing";

const CASEY: FileRowView = {
  practitioner_id: "casey",
  display_name: "Casey Lindqvist",
  profession: "NP",
  login: "casey",
  npi: "1000000038",
  active: true,
  cleared: true,
  cleared_until_ms: null,
  missing: [],
  jurisdictions: ["AZ"],
  unverified: 0,
  ends: [],
};
const ENDING = {
  kind: "authority" as const,
  jurisdiction: "AZ",
  valid_until_ms: 0,
  days_left: 9,
  noticed: [],
};
const LACKS = { ...CASEY, practitioner_id: "lacks", cleared: false };
const CLAIMS = { ...CASEY, practitioner_id: "claims", unverified: 1 };
const ENDS = { ...CASEY, practitioner_id: "ends", ends: [ENDING] };
const GONE = { ...LACKS, practitioner_id: "gone", active: false, unverified: 1 };
const PEOPLE = [CASEY, LACKS, CLAIMS, ENDS, GONE];

test("each choice leaves those about whom something is to be done", () => {
  const ids = (choice: Parameters<typeof chosen>[1]): string[] =>
    chosen(PEOPLE, choice, "").map((one) => one.practitioner_id);
  expect(ids("all")).toEqual(["casey", "lacks", "claims", "ends", "gone"]);
  expect(ids("incomplete")).toEqual(["lacks"]);
  expect(ids("unverified")).toEqual(["claims"]);
  expect(ids("ending")).toEqual(["ends"]);
});

test("somebody is found by name, sign-in name or NPI", () => {
  const vera = { ...CASEY, display_name: "Vera Lund", login: "vl", npi: "1234567893" };
  for (const words of [" vera", "VL", "567893"]) {
    expect(chosen([CASEY, vera], "all", words)).toEqual([vera]);
  }
  expect(chosen([CASEY, vera], "incomplete", "vera")).toEqual([]);
});

test("another physician who examines here may answer for somebody, nobody else", () => {
  const avery = { ...CASEY, practitioner_id: "avery", profession: "MD" };
  const blake = { ...CASEY, practitioner_id: "blake", profession: "DO" };
  const left = { ...avery, practitioner_id: "left", active: false };
  const list = { people: [CASEY, avery, blake, left] } as unknown as PractitionersView;
  const of = (id: string): PractitionerFileView =>
    ({ practitioner_id: id }) as PractitionerFileView;
  expect(physiciansFor(of("casey"), list)).toEqual([
    { id: "avery", name: "Casey Lindqvist, MD" },
    { id: "blake", name: "Casey Lindqvist, DO" },
  ]);
  expect(physiciansFor(of("avery"), list).map((one) => one.id)).toEqual(["blake"]);
  expect(physiciansFor(of("avery"), null)).toEqual([]);
});
