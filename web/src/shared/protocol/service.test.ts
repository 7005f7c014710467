import { describe, expect, test } from "vitest";
import { ALL_WELL, isServiceChange, troubles } from "./service";

describe("what the server can do just now", () => {
  test("only its own event is taken for it", () => {
    expect(isServiceChange({ type: "service.changed", database: "ok", bus: "ok" })).toBe(true);
    expect(isServiceChange({ type: "patient.sync" })).toBe(false);
    expect(isServiceChange({})).toBe(false);
  });

  test("nobody is troubled while all is well", () => {
    expect(troubles(ALL_WELL, false)).toEqual([]);
    expect(troubles(ALL_WELL, true)).toEqual([]);
  });

  test("everybody is told that the database is away, operations alone of the bus", () => {
    const bad = { database: "away", bus: "degraded" } as const;
    expect(troubles(bad, false)).toEqual(["database"]);
    expect(troubles(bad, true)).toEqual(["database", "bus"]);
  });
});
