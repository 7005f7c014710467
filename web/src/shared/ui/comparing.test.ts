import { expect, test } from "vitest";
import { comparing } from "./comparing";

test("words are compared for the first time, and stay compared", () => {
  expect(comparing(null, "a b c d", false)).toBe("first");
  expect(comparing("a b c d", "a b c d", false)).toBe("first");
});

test("other words than those that were compared are compared anew", () => {
  expect(comparing("a b c d", "e f g h", false)).toBe("anew");
});

test("through the relay nothing that was compared counts any more", () => {
  expect(comparing("a b c d", null, true)).toBe("gone");
});

test("nothing is said where nothing was compared and there are no words", () => {
  expect(comparing(null, null, true)).toBe("none");
  expect(comparing(null, null, false)).toBe("none");
  expect(comparing("a b c d", null, false)).toBe("none");
});
