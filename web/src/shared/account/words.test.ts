import { expect, test } from "vitest";
import type { FactorsView } from "../protocol/types";
import {
  baseOf,
  codesText,
  grouped,
  leftWords,
  mayRemove,
  passkeyWords,
  passwordFault,
  whereWords,
} from "./words";

const PHONE = { id: "1", label: "Phone", since_ms: 0 };
const LAPTOP = { id: "3", label: "Laptop", since_ms: 0, last_used_ms: null, backed_up: false };
const NONE: FactorsView = {
  password: true,
  passkeys: [],
  passkey_host: "exams.example",
  code_generators: [],
  recovery_left: 0,
  required: false,
};
const ONE: FactorsView = { ...NONE, code_generators: [PHONE], recovery_left: 10 };

test("each audience asks on its own page", () => {
  expect([baseOf("practitioner"), baseOf("spa"), baseOf("ops")]).toEqual([
    "/api/v1/console",
    "/api/v1/portal",
    "/api/v1/ops",
  ]);
});

test("a secret is read in groups of four", () => {
  expect(grouped("ABCDEFGHIJ")).toBe("ABCD EFGH IJ");
  expect(grouped("")).toBe("");
});

test("recovery codes are kept one on a line", () => {
  const lines = codesText(["AAAAA-BBBBB", "CCCCC-DDDDD"], "Ana").split("\n");
  expect(lines[0]).toContain("Ana");
  expect(lines.slice(2)).toEqual(["AAAAA-BBBBB", "CCCCC-DDDDD", ""]);
});

test("it is said when few recovery codes are left", () => {
  expect(leftWords(NONE)).toBe("They come with a passkey or a code generator.");
  expect(leftWords({ ...NONE, passkeys: [LAPTOP] })).toBe("None is left. Make new ones now.");
  expect(leftWords(ONE)).toBe("10 are left.");
  expect(leftWords({ ...ONE, recovery_left: 3 })).toBe("3 are left. Make new ones soon.");
  expect(leftWords({ ...ONE, recovery_left: 1 })).toBe("One is left. Make new ones soon.");
  expect(leftWords({ ...ONE, recovery_left: 0 })).toBe("None is left. Make new ones now.");
});

test("the last second factor stays where one is required", () => {
  expect(mayRemove(ONE)).toBe(true);
  expect(mayRemove({ ...ONE, required: true })).toBe(false);
  const two = { ...ONE, required: true, code_generators: [PHONE, { ...PHONE, id: "2" }] };
  expect(mayRemove(two)).toBe(true);
  expect(mayRemove({ ...ONE, required: true, passkeys: [LAPTOP] })).toBe(true);
});

test("of a passkey it is said when it was used, and whether it is in one place only", () => {
  expect(passkeyWords(LAPTOP, "UTC")).toBe(
    "since Jan 1, 1970, 00:00, not used yet, on one device only",
  );
  expect(passkeyWords({ ...LAPTOP, last_used_ms: 60_000, backed_up: true }, "UTC")).toBe(
    "since Jan 1, 1970, 00:00, last used Jan 1, 1970, 00:01, kept on more than one device",
  );
});

test("it is said where passkeys can be made", () => {
  expect(whereWords("exams.example")).toContain("exams.example");
  expect(whereWords(null)).toContain("need a name");
});

test("a new password is long, and typed the same twice", () => {
  expect(passwordFault("short", "short")).toBe("At least 12 characters.");
  expect(passwordFault("twelve chars", "twelve char")).toBe("The two are not the same.");
  expect(passwordFault("twelve chars", "twelve chars")).toBeNull();
});
