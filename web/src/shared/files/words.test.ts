import { expect, test } from "vitest";
import type { PractitionerFileView } from "../protocol/types";
import {
  checkWords,
  endingWords,
  hours,
  isOffered,
  lacking,
  matchedWords,
  ownWords,
  practice,
  rowsOf,
} from "./words";

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 29, 12);
const PART = {
  counts: true,
  entered_at_ms: NOW - DAY,
  entered_by: "compliance:1",
  verified_at_ms: NOW - DAY,
  verified_by: "R. Alvarez",
  source: "the paper",
  document_id: null,
  ended_at_ms: null,
};
const FILE: PractitionerFileView = {
  practitioner_id: "casey",
  display_name: "Casey Lindqvist",
  profession: "NP",
  npi: "1000000038",
  active: true,
  now_ms: NOW,
  standard: null,
  verification_service: false,
  cleared: true,
  cleared_until_ms: null,
  missing: [],
  trained_minutes: 2_400,
  ends: [],
  authorities: [],
  collaborations: [],
  dea: [],
  exclusion_checks: [],
  malpractice: [],
  employments: [],
  trainings: [],
  documents: [],
};
const LICENCE = {
  id: "1",
  jurisdiction: "AZ",
  kind: "license",
  number: "NP-1",
  valid_from_ms: NOW - 10 * DAY,
  valid_until_ms: NOW + 10 * DAY,
  status: "active",
  independent: true,
  verified_at_ms: NOW - DAY,
  verified_by: "R. Alvarez",
  source: "azbn.gov",
  verify_again_at_ms: null,
  checks: [],
};

test("whether somebody is matched is said with the reason", () => {
  const until = NOW + 31 * DAY;
  expect(matchedWords(FILE)).toBe("Complete");
  expect(matchedWords({ ...FILE, cleared_until_ms: until })).toBe(
    "Complete until Dec 30, 2026",
  );
  expect(matchedWords({ ...FILE, cleared: false, missing: ["training", "excluded"] })).toBe(
    "Not matched: training, a list of excluded people names them",
  );
  expect(matchedWords({ ...FILE, active: false })).toBe("Does not examine any more");
});

test("what ends is counted in days, and what is over is said to be", () => {
  const one = {
    kind: "authority" as const,
    jurisdiction: "AZ",
    valid_until_ms: 0,
    noticed: [],
  };
  expect(endingWords({ ...one, days_left: 28 })).toBe("Licence in AZ ends in 28 days");
  expect(endingWords({ ...one, days_left: 1 })).toBe("Licence in AZ ends in 1 day");
  expect(endingWords({ ...one, days_left: 0 })).toBe("Licence in AZ ends today");
  expect(endingWords({ ...one, kind: "malpractice", jurisdiction: null, days_left: -2 })).toBe(
    "Malpractice cover is over",
  );
  const looked = { ...one, kind: "verification" as const };
  expect(endingWords({ ...looked, days_left: 7 })).toBe(
    "Look at the licence in AZ is too old in 7 days",
  );
  expect(endingWords({ ...looked, days_left: -1 })).toBe(
    "Look at the licence in AZ is too old",
  );
});

test("somebody is told why they are offered nobody, or what ends first", () => {
  const licensed = { ...FILE, authorities: [LICENCE] };
  expect(ownWords(licensed)).toBeNull();
  expect(isOffered(licensed)).toBe(true);
  expect(ownWords(FILE)).toBe("No licence counts yet");
  expect(isOffered(FILE)).toBe(false);
  const lacks = { ...licensed, cleared: false, missing: ["training" as const] };
  expect(ownWords(lacks)).toBe("Missing: training");
  expect(isOffered(lacks)).toBe(false);
  const ending = {
    kind: "authority" as const,
    jurisdiction: "AZ",
    valid_until_ms: 0,
    days_left: 9,
    noticed: [],
  };
  expect(ownWords({ ...licensed, ends: [ending] })).toBe("Licence in AZ ends in 9 days");
});

test("what a file lacks is a part that can be entered, a licence first", () => {
  const missing = ["excluded", "malpractice", "exclusion_check"] as const;
  expect(lacking({ ...FILE, missing: [...missing] })).toEqual([
    "authorities",
    "malpractice",
    "exclusion-checks",
  ]);
  expect(lacking({ ...FILE, authorities: [LICENCE] })).toEqual([]);
});

test("a look at a licence is said with what came of it", () => {
  const check = {
    at_ms: NOW,
    outcome: "confirmed",
    method: "person",
    actor: "compliance:1",
    checked_by: "R. Alvarez",
    source: "azbn.gov",
    document_id: "paper",
  };
  expect(checkWords(check)).toBe("Nov 29, 2026: verified, R. Alvarez, azbn.gov, with a paper");
  const revoked = { ...check, outcome: "revoked", checked_by: null, source: null };
  expect(checkWords({ ...revoked, document_id: null })).toBe("Nov 29, 2026: revoked");
});

test("a licence counts while it is active, verified and within its days", () => {
  const standing = (changed: object): string | undefined =>
    rowsOf({ ...FILE, authorities: [{ ...LICENCE, ...changed }] })[0]?.standing;
  expect(standing({})).toBe("counts");
  expect(standing({ verified_at_ms: null })).toBe("claim");
  expect(standing({ status: "suspended" })).toBe("over");
  expect(standing({ valid_until_ms: NOW })).toBe("over");
  expect(standing({ valid_from_ms: NOW + 1 })).toBe("over");
  expect(standing({ verify_again_at_ms: NOW + 1 })).toBe("counts");
  expect(standing({ verify_again_at_ms: NOW })).toBe("again");
});

test("every part is a row that says what it is, who looked, and whether it counts", () => {
  const rows = rowsOf({
    ...FILE,
    authorities: [LICENCE],
    malpractice: [
      {
        ...PART,
        id: "2",
        insurer: "Saguaro",
        policy_number: "SM-1",
        per_claim_usd: 1_000_000,
        aggregate_usd: 3_000_000,
        valid_from_ms: NOW - DAY,
        valid_until_ms: NOW - 1,
      },
    ],
    trainings: [
      {
        ...PART,
        id: "3",
        verified_at_ms: null,
        verified_by: null,
        source: null,
        topic: "Exams",
        provider: "Academy",
        minutes: 90,
        completed_at_ms: NOW - DAY,
      },
    ],
    exclusion_checks: [
      {
        ...PART,
        id: "4",
        ended_at_ms: NOW,
        list_name: "leie",
        outcome: "match",
        checked_at_ms: NOW - DAY,
      },
    ],
  });
  expect(rows.map((one) => [one.kind, one.what, one.standing, one.looked])).toEqual([
    ["authorities", "AZ NP-1", "counts", "R. Alvarez, azbn.gov"],
    ["malpractice", "Saguaro SM-1", "over", "R. Alvarez, the paper"],
    ["trainings", "Exams", "claim", ""],
    ["exclusion-checks", "LEIE: named", "over", "R. Alvarez, the paper"],
  ]);
  expect(rows[1]?.detail).toContain("$1,000,000 / $3,000,000");
  expect(rows[2]?.detail).toBe("Academy, 1.5 h, Nov 28, 2026");
});

test("a match in a state's list says that it bars until it is taken back", () => {
  const look = { ...PART, list_name: "state", outcome: "match", checked_at_ms: NOW - DAY };
  const details = (looks: PractitionerFileView["exclusion_checks"]) =>
    rowsOf({ ...FILE, exclusion_checks: looks }).map((one) => one.detail);
  expect(details([{ ...look, id: "1" }])).toEqual([
    "Nov 28, 2026, bars until it is taken back; no later look lifts it",
  ]);
  const others = [
    { ...look, id: "1", ended_at_ms: NOW },
    { ...look, id: "2", outcome: "clear" },
    { ...look, id: "3", list_name: "sam" },
    { ...look, id: "4", verified_at_ms: null },
  ];
  expect(details(others)).toEqual(others.map(() => "Nov 28, 2026"));
});

test("hours are said shortly", () => {
  expect(hours(2_400)).toBe("40 h");
  expect(hours(90)).toBe("1.5 h");
});

test("what is entered of an NP's practice is said either way", () => {
  expect(practice(true)).toBe("practises alone");
  expect(practice(false)).toBe("needs a collaborating physician");
  const [row] = rowsOf({ ...FILE, authorities: [LICENCE] });
  expect(row?.detail).toContain(practice(true));
});
