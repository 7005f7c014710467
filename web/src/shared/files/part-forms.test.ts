import { expect, test } from "vitest";
import {
  beginning,
  ENTERED,
  type EnteredKind,
  fieldsOf,
  formOf,
  missingOf,
} from "./part-forms";

const COVER = {
  insurer: " Saguaro ",
  policy_number: "SM-1",
  per_claim_usd: "1000000",
  aggregate_usd: "3000000",
  since: "2026-01-01",
  until: "2027-01-01",
};
const SEEN = { checked_by: "R. Alvarez", source: "the paper" };

test("a form is sent with numbers as numbers, trimmed, with its evidence", () => {
  expect(formOf("malpractice", { ...COVER, ...SEEN }, true)).toEqual({
    insurer: "Saguaro",
    policy_number: "SM-1",
    per_claim_usd: 1_000_000,
    aggregate_usd: 3_000_000,
    since: "2026-01-01",
    until: "2027-01-01",
    evidence: SEEN,
  });
});

test("the paper that was looked at goes with the evidence, where it is kept", () => {
  const seen = { ...SEEN, document_id: "paper" };
  expect(formOf("malpractice", { ...COVER, ...seen }, true)).toMatchObject({ evidence: seen });
  const dea = { jurisdiction: "AZ", number: "AB1234563", until: "2027-01-01", ...seen };
  expect(formOf("dea", dea, true)).toHaveProperty("evidence", SEEN);
});

test("a practitioner's own claim has no evidence, whatever was typed", () => {
  expect(formOf("malpractice", { ...COVER, ...SEEN }, false)).not.toHaveProperty("evidence");
  expect(fieldsOf("malpractice", false)).toEqual(ENTERED.malpractice.fields);
  expect(fieldsOf("authorities", true)).toEqual(ENTERED.authorities.fields);
});

test("evidence is whole, or absent where it may be", () => {
  expect(missingOf("malpractice", COVER, true)).toEqual([]);
  expect(missingOf("malpractice", { ...COVER, checked_by: "R" }, true)).toEqual(["source"]);
  const contract = { kind: "employee", title: "NP", since: "2026-01-01", until: "" };
  expect(missingOf("employments", contract, true)).toEqual(["checked_by", "source"]);
  expect(missingOf("employments", { ...contract, ...SEEN }, true)).toEqual([]);
  expect(formOf("employments", { ...contract, ...SEEN }, true)).toMatchObject({ until: null });
});

test("what is empty is named", () => {
  expect(missingOf("trainings", { topic: "Exams", minutes: " " }, false)).toEqual([
    "provider",
    "minutes",
    "completed_on",
  ]);
});

test("a look begins today, and a choice with its first word", () => {
  const begun = beginning("exclusion-checks", new Date(2026, 10, 29, 12));
  expect(begun).toEqual({ list_name: "leie", outcome: "clear", checked_on: "2026-11-29" });
  for (const kind of Object.keys(ENTERED) as EnteredKind[]) {
    expect(Object.keys(beginning(kind, new Date()))).toEqual(
      ENTERED[kind].fields.map((one) => one.name),
    );
  }
});

test("which physician of the network answers for somebody is sent, or that none does", () => {
  const backed = { jurisdiction: "nv", physician: "Imani Rowe, MD", number: "MD-7" };
  const values = { ...backed, since: "2026-01-01", until: "2027-01-01" };
  expect(formOf("collaborations", { ...values, physician_id: "avery" }, true)).toEqual({
    ...values,
    jurisdiction: "NV",
    physician_id: "avery",
  });
  expect(formOf("collaborations", values, true)).toHaveProperty("physician_id", null);
  expect(missingOf("collaborations", values, true)).toEqual([]);
  expect(formOf("malpractice", { ...COVER, physician_id: "avery" }, true)).not.toHaveProperty(
    "physician_id",
  );
});

test("a jurisdiction is sent in capitals", () => {
  expect(formOf("dea", { jurisdiction: "az", number: "AB1234563", until: "" }, true)).toEqual({
    jurisdiction: "AZ",
    number: "AB1234563",
    until: "",
  });
});
