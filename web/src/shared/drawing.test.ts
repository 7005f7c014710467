import { options } from "preact";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { drawAgain, holdDrawing, watchDrawing } from "./drawing";

let drawn: string[] = [];
const change = (what: string): void => options.debounceRendering?.(() => drawn.push(what));

beforeEach(() => {
  vi.useFakeTimers();
  drawn = [];
  watchDrawing();
});
afterEach(() => {
  drawAgain();
  vi.useRealTimers();
  delete options.debounceRendering;
});

test("a change is drawn after what is being done", async () => {
  change("one");
  expect(drawn).toEqual([]);
  await Promise.resolve();
  expect(drawn).toEqual(["one"]);
});

test("while drawing is held nothing is drawn, and then all of it in its order", async () => {
  holdDrawing(150);
  change("one");
  change("two");
  await vi.advanceTimersByTimeAsync(149);
  expect(drawn).toEqual([]);
  drawAgain();
  await Promise.resolve();
  expect(drawn).toEqual(["one", "two"]);
});

test("what is awaited may never come: drawing is held for a bounded time", async () => {
  holdDrawing(150);
  change("one");
  await vi.advanceTimersByTimeAsync(150);
  expect(drawn).toEqual(["one"]);
  change("two");
  await Promise.resolve();
  expect(drawn).toEqual(["one", "two"]);
});

test("held once more, the time begins anew and nothing is drawn twice", async () => {
  holdDrawing(150);
  change("one");
  await vi.advanceTimersByTimeAsync(100);
  holdDrawing(150);
  await vi.advanceTimersByTimeAsync(100);
  expect(drawn).toEqual([]);
  await vi.advanceTimersByTimeAsync(50);
  expect(drawn).toEqual(["one"]);
});

test("nothing held, drawing again changes nothing", async () => {
  drawAgain();
  change("one");
  await Promise.resolve();
  expect(drawn).toEqual(["one"]);
});
