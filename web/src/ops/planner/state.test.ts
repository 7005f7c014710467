import { describe, expect, test } from "vitest";
import { ApiError } from "../../shared/http";
import type { EstimateView, PlanIntervalView, PlanView } from "../../shared/protocol/types";
import { emptyForm, faultsOf, questionOf } from "./form";
import {
  announcement,
  bindings,
  bindingWords,
  boundOf,
  EMPTY,
  figure,
  gainSentence,
  heatOf,
  isSure,
  reduce,
  shortHalfHours,
  some,
} from "./state";

const HALF_HOUR_MS = 1_800_000;

function about(value: number, half: number | null = 1): EstimateView {
  return half === null
    ? { value, low: null, high: null }
    : { value, low: value - half, high: value + half };
}

function halfHour(number: number, more: Partial<PlanIntervalView> = {}): PlanIntervalView {
  return {
    starts_at_ms: number * HALF_HOUR_MS,
    patients: 10,
    load: 3,
    on_duty: 5,
    scale: 1.2,
    binding: ["NV"],
    uncovered: [],
    bound: { agents: 5, asa_s: 4, service_level: 0.9, abandonment: 0, occupancy: 0.6 },
    needed: 4,
    square_root: 3.8,
    bound_with_one_more: null,
    measured: {
      asa_s: about(20),
      service_level: about(0.8, 0.05),
      abandonment: about(0.01, 0.01),
      occupancy: about(0.6, 0.02),
      worst: null,
    },
    one_more_saved_s: null,
    missed: [],
    ...more,
  };
}

function plan(...intervals: PlanIntervalView[]): PlanView {
  return {
    intervals,
    whole: {
      asa_s: null,
      service_level: null,
      abandonment: null,
      occupancy: null,
      worst: null,
    },
    days: 5,
    gaps: [],
    window: { starts_at_ms: 0, ends_at_ms: HALF_HOUR_MS },
    compared_days: 5,
    one_more: null,
    licences: [],
    practitioners: 5,
    patients: 10,
    patients_simulated: 100,
  };
}

describe("asking", () => {
  test("the old plan stays to be read while a new one is made, or is refused", () => {
    const made = reduce(reduce(EMPTY, { type: "asked" }), { type: "made", plan: plan() });
    const again = reduce(made, { type: "asked" });
    expect([again.phase, again.plan]).toEqual(["making", made.plan]);
    const error = new ApiError({ code: "plan_running" }, 409);
    const refused = reduce(again, { type: "refused", error });
    expect([refused.phase, refused.plan, refused.error]).toEqual(["refused", made.plan, error]);
    expect(reduce(refused, { type: "asked" }).error).toBeNull();
    expect(reduce(refused, { type: "mending" })).toEqual(made);
    expect(reduce(reduce(EMPTY, { type: "refused", error }), { type: "mending" })).toEqual(
      EMPTY,
    );
  });

  test("a screen reader hears that it is made, and how it is", () => {
    expect(announcement(EMPTY)).toBe("");
    expect(announcement(reduce(EMPTY, { type: "asked" }))).toContain("being made");
    const late = halfHour(1, { missed: ["asa"] });
    const made = reduce(EMPTY, { type: "made", plan: plan(halfHour(0), late) });
    expect(announcement(made)).toBe("The plan is there: 1 of 2 half hours miss a target.");
  });
});

describe("the form", () => {
  test("as it opens, it can be sent", () => {
    expect(faultsOf(emptyForm("2026-11-29"))).toEqual({});
  });

  test("says what is wrong with each field", () => {
    const faults = faultsOf({
      ...emptyForm("2026-11-29"),
      ahtS: "",
      shrinkage: "95",
      patienceS: "3",
      historyDays: "0",
      plannedDay: "tomorrow",
      shiftTo: "2026-11-29T07:00",
    });
    expect(Object.keys(faults).sort()).toEqual([
      "ahtS",
      "historyDays",
      "patienceS",
      "plannedDay",
      "shiftTo",
      "shrinkage",
    ]);
  });

  test("a file is looked at before it is sent", () => {
    const form = { ...emptyForm("2026-11-29"), arrivals: "csv", roster: "csv" } as const;
    expect(faultsOf(form).arrivalsCsv).toBe("Choose a file, or paste its text.");
    expect(faultsOf({ ...form, arrivalsCsv: "when,where\n" }).arrivalsCsv).toContain(
      "interval_start",
    );
    const good = "\ufeffArrivals,Jurisdiction,Interval_Start\n1,AZ,2026-03-02T09:00\n";
    expect(faultsOf({ ...form, arrivalsCsv: good }).arrivalsCsv).toBeUndefined();
    expect(faultsOf({ ...form, rosterCsv: "x".repeat(200_001) }).rosterCsv).toContain(
      "too much",
    );
  });

  test("percent become shares, and no patience is said as such", () => {
    const form = { ...emptyForm("2026-11-29"), patienceS: " " };
    const question = questionOf(form);
    expect(question.assumptions).toEqual({
      aht_s: 480,
      shrinkage: 0.1,
      no_answer: 0.02,
      patience_s: null,
    });
    expect(question.targets?.service_level).toBe(0.8);
    expect(question.arrivals).toEqual({
      source: "history",
      days: 28,
      same_weekday: false,
      planned_day: "2026-11-29",
    });
    const roster = question.roster;
    expect(roster.source === "store" && roster.starts_at).toBe(
      new Date("2026-11-29T08:00").toISOString(),
    );
  });
});

describe("numbers as words", () => {
  test("an estimate carries its interval, a lone one does not, and none is a dash", () => {
    expect(figure(about(21.4, 6.2), "s")).toBe("21 ± 6 s");
    expect(figure(about(0.831, null), "%", 100)).toBe("83 %");
    expect(figure(null, "s")).toBe("–");
  });

  test("a gain says from what to what, and whether it may be chance", () => {
    const sure = { before_s: about(40), after_s: about(30), saved_s: about(10, 4) };
    expect(gainSentence(sure)).toBe("would cut the mean time in line from 40.0 s to 30.0 s");
    expect(isSure(sure)).toBe(true);
    expect(isSure({ ...sure, saved_s: about(3, 4) })).toBe(false);
    expect(isSure({ ...sure, saved_s: about(3, null) })).toBe(false);
    const worse = { before_s: about(30), after_s: about(31), saved_s: about(-1, 4) };
    expect(gainSentence(worse)).toContain("would change");
  });

  test("long lists are cut, with how many are left", () => {
    expect(some(["AZ", "NV"], 2)).toBe("AZ, NV");
    expect(some(["AZ", "NV", "CA"], 2)).toBe("AZ, NV and 1 more");
    expect(some([], 2)).toBe("");
    expect(bindingWords(["AZ", "NV"])).toBe("AZ, NV");
    expect(bindingWords(["AZ", "CA", "NV", "UT"])).toBe("4 jurisdictions");
    expect(bindingWords([])).toBe("–");
  });
});

describe("a plan", () => {
  test("is grave where only people or licences could mend it", () => {
    expect(heatOf(halfHour(0))).toBe("none");
    expect(heatOf(halfHour(0, { missed: ["asa", "worst"] }))).toBe("some");
    expect(heatOf(halfHour(0, { missed: ["uncovered"] }))).toBe("grave");
    expect(heatOf(halfHour(0, { missed: ["infeasible", "asa"] }))).toBe("grave");
    expect(shortHalfHours(plan(halfHour(0), halfHour(1, { missed: ["asa"] })))).toBe(1);
  });

  test("the bound is the mean over patients, not over half hours", () => {
    const busy = halfHour(1, {
      patients: 30,
      bound: { agents: 5, asa_s: 8, service_level: 0.9, abandonment: 0, occupancy: 0.6 },
    });
    const nobody = halfHour(2, { patients: 0, bound: null });
    expect(boundOf(plan(halfHour(0), busy, nobody))).toBe(7);
    expect(boundOf(plan(halfHour(0, { bound: null })))).toBeNull();
    expect(boundOf(plan())).toBeNull();
  });

  test("neighbouring half hours that the same licences bind are said once", () => {
    const runs = bindings(
      plan(
        halfHour(0),
        halfHour(1, { scale: 0.9 }),
        halfHour(2, { binding: ["AZ", "NV"] }),
        halfHour(3, { scale: null, binding: [] }),
        halfHour(4, { binding: ["AZ", "NV"] }),
      ),
    );
    expect(runs.map((one) => [one.names.join(" "), one.scale])).toEqual([
      ["NV", 0.9],
      ["AZ NV", 1.2],
      ["AZ NV", 1.2],
    ]);
    expect(runs[0]?.span).toEqual({ starts_at_ms: 0, ends_at_ms: 2 * HALF_HOUR_MS });
  });
});
