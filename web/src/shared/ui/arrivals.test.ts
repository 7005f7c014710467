import { expect, test } from "vitest";
import { arrivalOf, hashOfAsked } from "./arrivals";

test("an invitation stands in the fragment", () => {
  expect(arrivalOf("#invitation=abc_-1")).toEqual({ name: "invited", secret: "abc_-1" });
});

test("a page that is loaded again knows the words still", () => {
  const hash = hashOfAsked("s3-cret_", "acorn amber beach canoe");
  expect(arrivalOf(hash)).toEqual({
    name: "asked",
    secret: "s3-cret_",
    phrase: "acorn amber beach canoe",
  });
});

test("parts of a page are no arrival", () => {
  for (const hash of ["", "#people", "#account", "#compliance/people", "#lost/1"]) {
    expect(arrivalOf(hash)).toBeNull();
  }
  expect(arrivalOf("#lost")).toEqual({ name: "lost" });
});
