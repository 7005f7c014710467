import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { PATIENCE_MS, Patience } from "./patience";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("other ways on are offered after twenty seconds, however often it is said", () => {
  const patience = new Patience();
  patience.follow(true);
  vi.advanceTimersByTime(PATIENCE_MS - 1);
  patience.follow(true);
  expect(patience.long.value).toBe(false);
  vi.advanceTimersByTime(1);
  expect(patience.long.value).toBe(true);
});

test("a call that recovers takes the offer back, and the next interruption counts anew", () => {
  const patience = new Patience();
  patience.follow(true);
  vi.advanceTimersByTime(PATIENCE_MS);
  patience.follow(false);
  expect(patience.long.value).toBe(false);
  patience.follow(true);
  vi.advanceTimersByTime(PATIENCE_MS - 1);
  expect(patience.long.value).toBe(false);
});

test("who keeps waiting is asked again after as long", () => {
  const patience = new Patience();
  patience.follow(true);
  vi.advanceTimersByTime(PATIENCE_MS);
  patience.keepWaiting();
  expect(patience.long.value).toBe(false);
  vi.advanceTimersByTime(PATIENCE_MS);
  expect(patience.long.value).toBe(true);
});

test("nobody waits for a call that goes on", () => {
  const patience = new Patience();
  patience.keepWaiting();
  vi.advanceTimersByTime(2 * PATIENCE_MS);
  expect(patience.long.value).toBe(false);
});
