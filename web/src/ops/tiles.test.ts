import { describe, expect, test } from "vitest";
import { JURISDICTIONS } from "../shared/jurisdictions";
import { SYNC, tile } from "./fixtures";
import { limitsOf } from "./state";
import { coverage, neighbour, ORDER, SENTENCE, SQUARES, WORD } from "./tiles";

const LIMITS = limitsOf(SYNC);

describe("the map", () => {
  test("has every jurisdiction once, each on a square of its own", () => {
    expect(SQUARES.map((one) => one.code).sort()).toEqual(
      JURISDICTIONS.map((one) => one.code).sort(),
    );
    expect(new Set(SQUARES.map((one) => `${one.row} ${one.column}`)).size).toBe(51);
    expect(Math.max(...SQUARES.map((one) => one.column))).toBe(12);
  });

  test("lies about right: Maine is north-east, Hawaii south-west", () => {
    const at = (code: string) => SQUARES.find((one) => one.code === code);
    expect(at("ME")?.column).toBe(12);
    expect(at("HI")?.row).toBe(8);
    expect(at("WA")?.column).toBeLessThan(at("ID")?.column ?? 0);
  });
});

describe("coverage", () => {
  test("somebody without anybody is the gravest", () => {
    const both = tile("AZ", { waiting: 2, uncovered: 1, oldest_ready_at_ms: 0, on_duty: 3 });
    expect(coverage(both, 999_999, LIMITS)).toBe("uncovered");
  });

  test("a wait is late when it would raise an alert", () => {
    const one = tile("AZ", { waiting: 1, oldest_ready_at_ms: 1_000, on_duty: 1 });
    expect(coverage(one, 121_000, LIMITS)).toBe("waiting");
    expect(coverage(one, 121_001, LIMITS)).toBe("late");
  });

  test("free, busy, off duty and none are four different things", () => {
    expect(coverage(tile("AZ", { licensed: 2, on_duty: 2, idle: 1 }), 0, LIMITS)).toBe("free");
    expect(coverage(tile("AZ", { licensed: 2, on_duty: 2 }), 0, LIMITS)).toBe("busy");
    expect(coverage(tile("AZ", { licensed: 2 }), 0, LIMITS)).toBe("off");
    expect(coverage(tile("AZ"), 0, LIMITS)).toBe("none");
  });

  test("each has a word that fits a tile and a sentence", () => {
    expect(ORDER).toHaveLength(7);
    for (const one of ORDER) {
      expect(WORD[one].length).toBeLessThanOrEqual(8);
      expect(SENTENCE[one]).not.toBe("");
    }
  });
});

describe("arrow keys", () => {
  test("lead to the next square that way, over gaps", () => {
    expect(neighbour("AK", "right")).toBe("ME");
    expect(neighbour("AZ", "right")).toBe("NM");
    expect(neighbour("NV", "up")).toBe("ID");
    expect(neighbour("ME", "down")).toBe("NH");
  });

  test("stop at the edge", () => {
    expect(neighbour("ME", "right")).toBe("ME");
    expect(neighbour("HI", "left")).toBe("HI");
    expect(neighbour("HI", "down")).toBe("HI");
  });

  test("reach every square from the first", () => {
    const seen = new Set(["AK"]);
    const ways = ["up", "down", "left", "right"] as const;
    for (let grown = true; grown; ) {
      const before = seen.size;
      for (const code of [...seen]) for (const way of ways) seen.add(neighbour(code, way));
      grown = seen.size > before;
    }
    expect(seen.size).toBe(51);
    expect(neighbour("TX", "first")).toBe("AK");
    expect(neighbour("TX", "last")).toBe("FL");
  });
});
