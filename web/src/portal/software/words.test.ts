import { describe, expect, test } from "vitest";
import type { SoftwareView } from "../../shared/protocol/types";
import { factsOf, faultOf, faultWords, isFull, mayDo, shortName, tagOf } from "./words";

const PUBLIC = { kty: "EC", crv: "P-384", x: "AA", y: "AA" };
const ONE: SoftwareView = {
  software_id: "s1",
  label: "Records",
  scopes: ["charts:read", "authorizations:query"],
  state: "active",
  created_at_ms: 1_790_000_000_000,
  revoked_at_ms: null,
  signed_in_at_ms: null,
  keys: [{ key_id: "k1", kid: "one", algorithm: "ES384", since_ms: 1_790_000_000_000 }],
};

describe("a key that was pasted", () => {
  test("is looked at before it leaves the page", () => {
    expect(faultOf(JSON.stringify(PUBLIC))).toBeNull();
    expect(faultOf(JSON.stringify({ keys: [PUBLIC] }))).toBeNull();
    expect(faultOf("-----BEGIN PUBLIC KEY-----")).toBe("not_json");
    expect(faultOf("12")).toBe("not_json");
    expect(faultOf("null")).toBe("not_json");
  });

  test("is not sent when its private half is there, wherever it stands", () => {
    expect(faultOf(JSON.stringify({ ...PUBLIC, d: "AA" }))).toBe("private");
    expect(faultOf(JSON.stringify({ keys: [PUBLIC, { ...PUBLIC, d: "AA" }] }))).toBe("private");
    expect(faultOf(JSON.stringify({ kty: "oct", k: "AA" }))).toBe("private");
    expect(faultWords("private")).toContain("was not sent");
  });
});

describe("software", () => {
  test("is active, without a key, or revoked", () => {
    expect(tagOf(ONE).key).toBe("active");
    expect(tagOf({ ...ONE, keys: [] }).key).toBe("keyless");
    expect(tagOf({ ...ONE, state: "revoked", keys: [] }).key).toBe("revoked");
  });

  test("says what it may do in the order of the form, and when it was here", () => {
    expect(mayDo(ONE.scopes)).toBe(
      "ask whether a treatment is covered; read signed exams, as FHIR",
    );
    expect(factsOf(ONE)).toContain("has not signed in yet");
    expect(factsOf({ ...ONE, signed_in_at_ms: 1_790_000_000_000 })).toMatch(/last signed in /);
    expect(factsOf({ ...ONE, revoked_at_ms: 1_790_000_000_000 })).toMatch(
      /^Revoked .+ nothing/,
    );
  });

  test("that is revoked makes room", () => {
    const view = { software: [ONE], tokens: [], token_url: "", software_max: 1, keys_max: 5 };
    expect(isFull(view)).toBe(true);
    expect(isFull({ ...view, software: [{ ...ONE, state: "revoked" }] })).toBe(false);
  });

  test("has keys with names of which enough is shown", () => {
    expect(shortName("one")).toBe("one");
    expect(shortName("a".repeat(43))).toBe(`${"a".repeat(16)}…`);
  });
});
