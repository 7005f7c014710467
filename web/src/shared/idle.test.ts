import { describe, expect, it } from "vitest";
import { idleState, opened, TELL_AGAIN_S, TELL_EVERY_S, tells, touched, tried } from "./idle";

const LIMIT_S = 900;
const START = 1_790_000_000_000;
const later = (seconds: number) => START + seconds * 1_000;

describe("a page that nobody touches", () => {
  it("warns a minute before it is over, and counts down", () => {
    const page = opened(START);
    expect(idleState(page, LIMIT_S, later(839.9))).toEqual({ name: "active" });
    expect(idleState(page, LIMIT_S, later(840))).toEqual({ name: "warning", left_s: 60 });
    expect(idleState(page, LIMIT_S, later(899.5))).toEqual({ name: "warning", left_s: 1 });
    expect(idleState(page, LIMIT_S, later(900))).toEqual({ name: "over" });
  });

  it("is active again with any input", () => {
    const page = touched(opened(START), later(880));
    expect(idleState(page, LIMIT_S, later(890))).toEqual({ name: "active" });
  });

  it("does not warn from the start where the limit is short", () => {
    expect(idleState(opened(START), 60, later(29))).toEqual({ name: "active" });
    expect(idleState(opened(START), 60, later(30))).toEqual({ name: "warning", left_s: 30 });
  });

  it("takes nothing back when an older input is heard of late", () => {
    const page = touched(opened(START), later(100));
    expect(touched(page, later(50))).toBe(page);
  });
});

describe("what the server is told", () => {
  it("is that the page was opened, and then nothing without input", () => {
    const page = opened(START);
    expect(tells(page, START)).toBe(true);
    const told = tried(page, START, START, false);
    expect(tells(told, later(800))).toBe(false);
  });

  it("is input, at most once a minute, and the last one is not forgotten", () => {
    let page = tried(opened(START), START, START, false);
    page = touched(page, later(20));
    expect(tells(page, later(20))).toBe(false);
    expect(tells(page, later(TELL_EVERY_S))).toBe(true);
    page = tried(page, page.touchedAt, later(TELL_EVERY_S), false);
    expect(tells(page, later(500))).toBe(false);
  });

  it("is said again soon when it did not arrive", () => {
    const page = tried(opened(START), START, START, true);
    expect(tells(page, later(TELL_AGAIN_S - 1))).toBe(false);
    expect(tells(page, later(TELL_AGAIN_S))).toBe(true);
  });

  it("includes input that came while it was being told of an earlier one", () => {
    let page = touched(opened(START), later(1));
    page = tried(page, START, later(1), false);
    expect(tells(page, later(1 + TELL_EVERY_S))).toBe(true);
  });
});
