import { expect, test } from "vitest";
import { type Imported, Importing } from "./importing";

const REMARK = { line: 2, column: "", code: "empty", message: "Nothing is in it." };

function importing(
  errors: Imported["errors"] = [],
): [Importing<Imported>, [string, boolean][]] {
  const sent: [string, boolean][] = [];
  const one = new Importing<Imported>(async (csv, apply) => {
    sent.push([csv, apply]);
    return { errors, applied: apply };
  });
  return [one, sent];
}

test("lines are looked through before they can be applied", async () => {
  const [one, sent] = importing();
  await one.ask(false);
  expect([sent, one.ready], "nothing is typed yet").toEqual([[], false]);
  one.type("a,b");
  await one.ask(false);
  expect(one.ready).toBe(true);
  await one.ask(true);
  expect(one.ready).toBe(false);
  expect(sent).toEqual([
    ["a,b", false],
    ["a,b", true],
  ]);
});

test("what was found of other lines is not applied to these", async () => {
  const [one] = importing();
  one.type("a,b");
  await one.ask(false);
  one.type("a,c");
  expect([one.ready, one.found.value]).toEqual([false, null]);
});

test("lines in which something is to be mended cannot be applied", async () => {
  const [one] = importing([REMARK]);
  one.type("a,b");
  await one.ask(false);
  expect([one.ready, one.found.value?.errors]).toEqual([false, [REMARK]]);
});

test("a text that is too long is sent as too long, and not whole", () => {
  const [one] = importing();
  one.type("x".repeat(300_000));
  expect(one.csv.value.length).toBe(200_001);
});
