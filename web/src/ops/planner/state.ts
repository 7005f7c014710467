// The planner's state as a pure reducer, and how its numbers are said.
//
//     idle --asked--> making --made--> made --asked--> making
//                       `----refused--> refused --asked--> making
//                                          `--mending--> idle or made
//
// While a new plan is made the old one stays to be read.

import { clockTime } from "../../shared/format";
import type { ApiError } from "../../shared/http";
import type {
  EstimateView,
  GainView,
  MissedTarget,
  PlanIntervalView,
  PlanView,
  SpanView,
} from "../../shared/protocol/types";

export type Phase = "idle" | "making" | "made" | "refused";

export interface PlannerState {
  readonly phase: Phase;
  readonly plan: PlanView | null;
  readonly error: ApiError | null;
}

export type PlannerEvent =
  | { readonly type: "asked" }
  | { readonly type: "made"; readonly plan: PlanView }
  | { readonly type: "refused"; readonly error: ApiError }
  | { readonly type: "mending" };

export const EMPTY: PlannerState = { phase: "idle", plan: null, error: null };

export function reduce(state: PlannerState, event: PlannerEvent): PlannerState {
  switch (event.type) {
    case "asked":
      return { phase: "making", plan: state.plan, error: null };
    case "made":
      return { phase: "made", plan: event.plan, error: null };
    case "refused":
      return { phase: "refused", plan: state.plan, error: event.error };
    case "mending":
      return { phase: state.plan === null ? "idle" : "made", plan: state.plan, error: null };
  }
}

export const MISSES: Readonly<Record<MissedTarget, string>> = {
  uncovered: "No licence",
  infeasible: "Overload",
  service_level: "Level",
  asa: "Mean",
  worst: "Worst",
  abandonment: "Leaving",
};

export type Heat = "none" | "some" | "grave";

/** How bad a half hour is: grave when no policy could mend it, only people or licences. */
export function heatOf(one: PlanIntervalView): Heat {
  if (one.missed.length === 0) return "none";
  const beyond = one.missed.includes("uncovered") || one.missed.includes("infeasible");
  return beyond ? "grave" : "some";
}

/** Half hours that miss something, of all. */
export function shortHalfHours(plan: PlanView): number {
  return plan.intervals.filter((one) => one.missed.length > 0).length;
}

/** 21 ± 6 s; a dash for none. Shares are given a factor of 100. */
export function figure(one: EstimateView | null, unit: string, factor = 1, digits = 0): string {
  if (one === null) return "–";
  const value = (one.value * factor).toFixed(digits);
  if (one.high === null) return `${value} ${unit}`;
  return `${value} ± ${((one.high - one.value) * factor).toFixed(digits)} ${unit}`;
}

/** × 1.21, or what an unlimited or missing one is called. */
export function scaleOf(one: PlanIntervalView): string {
  return one.scale === null ? "–" : `× ${one.scale.toFixed(2)}`;
}

/** Whether zero lies outside the interval: then it is hardly chance. */
export function isSure(gain: GainView): boolean {
  return gain.saved_s.low !== null && gain.saved_s.low > 0;
}

/** would cut the mean time in line from 40.2 s to 37.8 s */
export function gainSentence(gain: GainView): string {
  const [before, after] = [gain.before_s.value.toFixed(1), gain.after_s.value.toFixed(1)];
  const does = gain.saved_s.value > 0 ? "would cut" : "would change";
  return `${does} the mean time in line from ${before} s to ${after} s`;
}

/** AZ, NV and 5 more */
export function some(names: readonly string[], shown: number): string {
  const more = names.length - shown;
  const first = names.slice(0, shown).join(", ");
  return more > 0 ? `${first} and ${more} more` : first;
}

const BINDING_SHOWN = 3;

/** AZ, NV; or how many there are; a dash for none. */
export function bindingWords(names: readonly string[]): string {
  if (names.length === 0) return "–";
  return names.length > BINDING_SHOWN ? `${names.length} jurisdictions` : names.join(", ");
}

export interface Bound {
  readonly span: SpanView;
  readonly names: readonly string[];
  readonly scale: number;
}

const HALF_HOUR_MS = 1_800_000;

/** What binds, neighbouring half hours with the same answer as one. */
export function bindings(plan: PlanView): Bound[] {
  const runs: Bound[] = [];
  for (const one of plan.intervals) {
    const last = runs.at(-1);
    const ends_at_ms = one.starts_at_ms + HALF_HOUR_MS;
    if (one.scale === null) continue;
    if (
      last !== undefined &&
      last.span.ends_at_ms === one.starts_at_ms &&
      last.names.join() === one.binding.join()
    ) {
      const span = { ...last.span, ends_at_ms };
      runs[runs.length - 1] = { ...last, span, scale: Math.min(last.scale, one.scale) };
    } else {
      const span = { starts_at_ms: one.starts_at_ms, ends_at_ms };
      runs.push({ span, names: one.binding, scale: one.scale });
    }
  }
  return runs;
}

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"] as const;

/** Mon 14:00 to 17:00, in the zone of the browser. */
export function spanWords(span: SpanView): string {
  return `${momentWords(span.starts_at_ms)} to ${clockTime(span.ends_at_ms)}`;
}

/** Mon 14:00 */
export function momentWords(ms: number): string {
  return `${DAYS[new Date(ms).getDay()] ?? ""} ${clockTime(ms)}`;
}

/** What a screen reader hears when a plan is there. */
export function announcement(state: PlannerState): string {
  if (state.phase === "making") return "The plan is being made.";
  if (state.phase !== "made" || state.plan === null) return "";
  const { intervals } = state.plan;
  return `The plan is there: ${shortHalfHours(state.plan)} of ${intervals.length} half hours miss a target.`;
}

/** The pooled bound of all half hours, by patients; null when one of them grows without end. */
export function boundOf(plan: PlanView): number | null {
  let [waited, patients] = [0, 0];
  for (const one of plan.intervals) {
    if (one.patients === 0) continue;
    if (one.bound === null || one.bound.asa_s === null) return null;
    waited += one.bound.asa_s * one.patients;
    patients += one.patients;
  }
  return patients === 0 ? null : waited / patients;
}
