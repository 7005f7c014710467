import { expect, test } from "vitest";
import { type Memory, remember, returnedBy } from "./providers";

function memory(): Memory & { readonly kept: Map<string, string> } {
  const kept = new Map<string, string>();
  return {
    kept,
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  };
}

const ANSWER = "code=c-1&state=s-1&iss=https%3A%2F%2Fid.example";

test.each([
  [`#${ANSWER}`, "", null],
  ["", `?${ANSWER}`, null],
  [`#${ANSWER}&provider=other`, "?provider=mine", "mine"],
  ["", `?provider=mine&${ANSWER}`, "mine"],
])("an answer is read from the fragment, else from the query", (hash, search, provider) => {
  expect(returnedBy(memory(), hash, search)).toEqual({
    state: "s-1",
    purpose: "sign_in",
    answer: { code: "c-1", iss: "https://id.example", provider },
  });
});

test("a page that was opened as ever says nothing of the kind", () => {
  for (const [hash, search] of [
    ["", ""],
    ["#account", ""],
    ["#invitation=abc", ""],
    ["#state=s-1", ""],
    ["", "?code=c-1"],
  ] as const) {
    expect(returnedBy(memory(), hash, search)).toBeNull();
  }
});

test("a provider that let nobody in is no answer", () => {
  expect(returnedBy(memory(), "#error=access_denied&state=s-1", "")?.answer).toBeNull();
});

test("what a browser was sent for is known once", () => {
  const own = memory();
  remember(own, "https://id.example/authorize?state=s-1&nonce=n", "step_up");
  expect(returnedBy(own, "#code=c&state=s-2", "")?.purpose).toBe("sign_in");
  expect(returnedBy(own, "#code=c&state=s-1", "")?.purpose).toBe("step_up");
  expect(own.kept.size).toBe(0);
});

test("a word that somebody else wrote there is not taken", () => {
  const own = memory();
  own.setItem("gf-provider:s-1", "whatever");
  expect(returnedBy(own, "#code=c&state=s-1", "")?.purpose).toBe("sign_in");
});
