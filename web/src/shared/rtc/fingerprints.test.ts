import { expect, test } from "vitest";
import chromium from "../../../../tests/unit/media/answers/chromium.sdp?raw";
import firefox from "../../../../tests/unit/media/answers/firefox.sdp?raw";
import { fingerprintOf } from "./fingerprints";

const ONE = Array.from({ length: 32 }, () => "AB").join(":");
const OTHER = Array.from({ length: 32 }, () => "0C").join(":");
const of = (...lines: readonly string[]): string =>
  ["v=0", "s=-", ...lines, "a=setup:actpass", ""].join("\r\n");

test("what browsers write names one certificate", () => {
  expect(fingerprintOf(chromium)).toMatch(/^7b8bf0655f78e2513bac[0-9a-f]{44}$/);
  expect(fingerprintOf(firefox)).toMatch(/^0c6baf2d1c9e443b7d0f[0-9a-f]{44}$/);
});

test("the same one may be named in each section, in large letters or small", () => {
  const named = `a=fingerprint:sha-256 ${ONE}`;
  expect(fingerprintOf(of(named, "m=audio", named.toLowerCase()))).toBe("ab".repeat(32));
  expect(fingerprintOf(of(named).replaceAll("\r", ""))).toBe("ab".repeat(32));
});

test.each([
  ["none", []],
  ["two", [`a=fingerprint:sha-256 ${ONE}`, `a=fingerprint:sha-256 ${OTHER}`]],
  [
    "one by another function beside it",
    [`a=fingerprint:sha-256 ${ONE}`, "a=fingerprint:sha-1 AB"],
  ],
  ["one of another length", [`a=fingerprint:sha-256 ${ONE}:AB`]],
  [
    "one that a looser reader would find",
    [`a=fingerprint:sha-256 ${ONE}`, `a= fingerprint:sha-256 ${OTHER}`],
  ],
  [
    "one behind a lone carriage return",
    [`a=fingerprint:sha-256 ${ONE}`, `a=x\ra=fingerprint:sha-256 ${OTHER}`],
  ],
  ["one after a space", [`a=fingerprint:sha-256 ${ONE} `]],
])("a description with %s is about nobody", (_, lines) => {
  expect(fingerprintOf(of(...lines))).toBeNull();
});
