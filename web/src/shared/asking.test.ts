import { expect, test } from "vitest";
import { Asking } from "./asking";
import { ApiError } from "./http";

const REFUSED = new ApiError({ code: "not_found" }, 404);

test("while something is asked it is busy, and not afterwards", async () => {
  const asking = new Asking();
  const seen: boolean[] = [];
  const went = await asking.attempt(async () => void seen.push(asking.busy.value));
  expect([went, seen, asking.busy.value]).toEqual([true, [true], false]);
});

test("a refusal is kept until something is asked again", async () => {
  const asking = new Asking();
  const refuse = async (): Promise<void> => {
    throw REFUSED;
  };
  expect(await asking.attempt(refuse)).toBe(false);
  expect([asking.error.value, asking.busy.value]).toEqual([REFUSED, false]);
  expect(await asking.attempt(async () => undefined)).toBe(true);
  expect(asking.error.value).toBeNull();
});

test("what was done before is said on, or is not said beside a refusal", async () => {
  const asking = new Asking();
  asking.said.value = "3 entries found.";
  await asking.attempt(async () => undefined);
  expect(asking.said.value).toBe("3 entries found.");
  await asking.afresh(async () => {
    throw REFUSED;
  });
  expect(asking.said.value).toBe("");
});
