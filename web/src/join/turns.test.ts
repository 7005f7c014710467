import { expect, test } from "vitest";
import { Turns } from "./turns";

function held(): { work: () => Promise<boolean>; end: () => void; begun: () => number } {
  let begun = 0;
  let end = (): void => undefined;
  const until = new Promise<boolean>((resolve) => {
    end = () => resolve(true);
  });
  const work = (): Promise<boolean> => {
    begun += 1;
    return until;
  };
  return { work, end: () => end(), begun: () => begun };
}

test("what is pressed while something is on its way is dropped", async () => {
  const turns = new Turns();
  const first = held();
  const second = held();
  const done = turns.take(first.work);
  expect(await turns.take(second.work)).toBe(false);
  first.end();
  expect(await done).toBe(true);
  expect([first.begun(), second.begun(), turns.busy.value]).toEqual([1, 0, false]);
});

test("what was confirmed comes after what is on its way, each in its turn", async () => {
  const turns = new Turns();
  const first = held();
  const confirmed = held();
  const next = held();
  void turns.take(first.work);
  const second = turns.after(confirmed.work);
  const third = turns.after(next.work);
  expect([confirmed.begun(), next.begun()]).toEqual([0, 0]);
  first.end();
  await Promise.resolve().then(() => new Promise((resolve) => setTimeout(resolve)));
  expect([confirmed.begun(), next.begun()]).toEqual([1, 0]);
  confirmed.end();
  next.end();
  expect(await Promise.all([second, third])).toEqual([true, true]);
  expect(next.begun()).toBe(1);
});

test("with nothing on its way it is done at once", () => {
  const turns = new Turns();
  const one = held();
  void turns.after(one.work);
  expect([one.begun(), turns.busy.value]).toEqual([1, true]);
});
