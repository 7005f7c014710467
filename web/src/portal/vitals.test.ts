import { describe, expect, it } from "vitest";
import { emptyVitals, refusedFigures, vitalsFault, vitalsOf } from "./vitals";

const EMPTY = emptyVitals(new Date("2026-11-28T10:00:00Z"));
const MEASURED = { ...EMPTY, measuredBy: "Rosa Lind", systolic: "118", diastolic: "74" };

describe("vital signs as typed", () => {
  it("need a name, a figure, and both figures of a blood pressure", () => {
    expect(vitalsFault(EMPTY)).toMatch(/name/);
    expect(vitalsFault({ ...EMPTY, measuredBy: "Rosa" })).toMatch(/at least one/);
    expect(vitalsFault({ ...MEASURED, diastolic: "" })).toMatch(/two figures/);
    expect(vitalsFault({ ...MEASURED, pulse: "fast" })).toMatch(/figures only/);
    expect(vitalsFault({ ...MEASURED, at: "" })).toMatch(/When/);
    expect(vitalsFault(MEASURED)).toBeNull();
  });

  it("go in the units of the instrument", () => {
    const us = vitalsOf({ ...MEASURED, feet: "5", inches: "6.5", weight: "203" });
    expect([us.height, us.height_unit, us.weight, us.weight_unit]).toEqual([
      66.5,
      "in",
      203,
      "lb",
    ]);
    const metric = vitalsOf({
      ...MEASURED,
      units: "metric",
      centimetres: "169",
      temperature: "36,8",
    });
    expect([metric.height, metric.temperature, metric.temperature_unit]).toEqual([
      169,
      36.8,
      "C",
    ]);
    expect(metric.weight).toBeNull();
  });

  it("say which figure was refused", () => {
    expect(refusedFigures(["systolic_mmhg", "diastolic_mmhg", "height"])).toBe(
      "Please check: blood pressure, height.",
    );
  });
});
