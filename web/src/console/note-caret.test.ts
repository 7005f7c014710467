import { expect, test } from "vitest";
import { caretAfter } from "./note-caret";
import { merged } from "./note-merging";

test.each([
  ["nothing came", "a b", "a b", 2, 2],
  ["words came before it", "plan", "history\nplan", 4, 12],
  ["words came behind it", "plan", "plan\nlabs", 4, 4],
  ["words came right at it", "a c", "a x c", 1, 1],
  ["at the very beginning, words came there", "plan", "history\nplan", 0, 0],
  ["words went before it", "one two three", "one three", 13, 9],
  ["its own word went", "one two three", "one three", 6, 4],
  ["its own word goes on", "hel", "hello\nwor", 3, 3],
])("a caret stays where it was: %s", (_what, before, after, offset, expected) => {
  expect(caretAfter(before, after, offset)).toBe(expected);
});

test("whoever types on after each merge types one unbroken word", () => {
  let [server, box, base, caret] = ["", "", "", 0];
  for (const letter of "observed") {
    box = box.slice(0, caret) + letter + box.slice(caret);
    caret += 1;
    server = `${server}${letter === "s" ? "theirs " : ""}`;
    const after = merged(base, box, server);
    caret = caretAfter(box, after, caret);
    [box, base, server] = [after, after, after];
  }
  expect(box.split(/\s+/)).toContain("observed");
  expect(box).toContain("theirs");
});
