import { describe, expect, test } from "vitest";
import { person, SYNC, tile, waiting } from "./fixtures";
import {
  byStatus,
  concern,
  EMPTY,
  limitsOf,
  percent,
  placeOf,
  reduce,
  serverNow,
  uncovered,
  waitOf,
} from "./state";

const LIMITS = limitsOf(SYNC);

describe("the clock", () => {
  test("runs on from the server's, whatever this machine's says", () => {
    const state = reduce(EMPTY, SYNC, 77);
    expect(serverNow(state, 77)).toBe(1_000_000);
    expect(serverNow(state, 2_077)).toBe(1_002_000);
    expect(serverNow(state, 0)).toBe(1_000_000);
    expect(serverNow(EMPTY, 5)).toBe(5);
  });

  test("a wait is never negative", () => {
    expect(waitOf(1_000, 900)).toBe(0);
    expect(waitOf(1_000, 4_000)).toBe(3_000);
  });
});

describe("events", () => {
  test("a whole state replaces what was known", () => {
    const later = { ...SYNC, seq: 2, now_ms: 5 };
    expect(reduce(reduce(EMPTY, SYNC, 1), later, 2).sync).toBe(later);
  });

  test("the end of the session keeps the figures on the page", () => {
    const ended = {
      v: 1,
      stream: "s",
      seq: 2,
      type: "session.ended",
      reason: "expired",
    } as const;
    expect(reduce(reduce(EMPTY, SYNC, 1), ended, 2)).toMatchObject({
      sync: SYNC,
      ended: "expired",
    });
  });
});

describe("who waits", () => {
  test("nobody licensed on duty is graver than any wait", () => {
    expect(concern(waiting("a", { eligible_on_duty: 0 }), 1_000, LIMITS)).toBe("nobody");
    expect(concern(waiting("a"), 1_000 + 120_001, LIMITS)).toBe("late");
    expect(concern(waiting("a"), 1_000 + 31_001, LIMITS)).toBe("slow");
    expect(concern(waiting("a"), 1_000 + 31_000, LIMITS)).toBe("none");
  });

  test("a site in another jurisdiction is named", () => {
    expect(placeOf(waiting("a"))).toBe("AZ");
    expect(placeOf(waiting("a", { site_jurisdiction: "NV" }))).toBe("AZ (site NV)");
  });

  test("uncovered places are those where somebody waits for nobody", () => {
    const tiles = [tile("AZ", { waiting: 2, uncovered: 1 }), tile("NV", { waiting: 3 })];
    expect(uncovered(tiles)).toEqual(["AZ"]);
  });
});

describe("practitioners", () => {
  test("are grouped by status, those who could answer first", () => {
    const people = [person("Zed", "away"), person("Bo", "available"), person("Al", "away")];
    const groups = byStatus(people, { available: 1, away: 140, in_exam: 0 });
    expect(
      groups.map((group) => [
        group.status,
        group.count,
        group.people.map((p) => p.display_name),
      ]),
    ).toEqual([
      ["available", 1, ["Bo"]],
      ["away", 140, ["Al", "Zed"]],
    ]);
  });
});

test("a share of nothing is a dash", () => {
  expect(percent(null)).toBe("–");
  expect(percent(0.8726)).toBe("87.3 %");
});
