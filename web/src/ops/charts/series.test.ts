import { describe, expect, test } from "vitest";
import { point, stretch } from "../fixtures";
import { ends, filled, sampleOf, shares, shown, summary, waits } from "./series";

const HALF_HOUR = 1_800_000;

describe("half hours", () => {
  test("have no gaps, and a gap is not a zero", () => {
    const made = filled([point(0, { arrived: 2 }), point(3 * HALF_HOUR, { arrived: 1 })]);
    expect(made.map((one) => one.at_ms / HALF_HOUR)).toEqual([0, 1, 2, 3]);
    expect(made.map((one) => one.arrived)).toEqual([2, 0, 0, 1]);
    expect(made[1]?.connect_p50_ms).toBeNull();
    expect(filled([])).toEqual([]);
  });
});

describe("columns", () => {
  const samples = [
    point(0, { connect_p50_ms: 12_500, answered: 8, abandoned: 2, arrived: 11 }),
    point(HALF_HOUR, { level_strict: 0.9, occupancy: 0.75 }),
  ];

  test("waits are seconds beside their target", () => {
    const data = waits(samples, "connect", 31_000);
    expect(data.target).toBe(31);
    expect(data.times).toEqual([0, 1_800]);
    expect(data.lines[0]?.values).toEqual([12.5, null]);
  });

  test("who left stands on top of who was answered, and is told by its own number", () => {
    const [left, answered] = ends(samples).lines;
    expect(left?.values).toEqual([10, 0]);
    expect(left?.told).toEqual([2, 0]);
    expect(answered?.values).toEqual([8, 0]);
  });

  test("lines are told apart without colour", () => {
    for (const data of [waits(samples, "wait", 1), shares(samples)]) {
      expect(new Set(data.lines.map((line) => line.stroke)).size).toBe(data.lines.length);
    }
  });

  test("a day is a sample as a half hour is", () => {
    expect(sampleOf(stretch(7, { arrived: 3 }))).toMatchObject({ at_ms: 7, arrived: 3 });
  });
});

test("a chart in a sentence", () => {
  expect(
    summary(shares([point(0, { level_strict: 0.5 }), point(1, { level_strict: 1 })])),
  ).toBe("service level: 50 % to 100 %; occupancy: nothing.");
  expect(shown(null, "count")).toBe("–");
  expect(shown(31, "seconds")).toBe("31.0 s");
});
