// What is typed into the planner, what is wrong with it, and the question that it makes. Pure.

import type { PlanForm } from "../../shared/protocol/types";

export const CSV_CHARS_MAX = 200_000;

export interface PlannerForm {
  readonly arrivals: "history" | "csv";
  readonly historyDays: string;
  readonly sameWeekday: boolean;
  readonly plannedDay: string;
  readonly arrivalsCsv: string;
  readonly roster: "store" | "csv";
  readonly shiftFrom: string;
  readonly shiftTo: string;
  readonly rosterCsv: string;
  readonly ahtS: string;
  readonly shrinkage: string;
  readonly noAnswer: string;
  readonly patienceS: string;
  readonly level: string;
  readonly withinS: string;
  readonly asaS: string;
  readonly worstS: string;
  readonly abandonment: string;
  readonly thorough: boolean;
}

export type PlannerField = keyof PlannerForm;
export type Faults = Partial<Record<PlannerField, string>>;

/** The form for a day such as 2026-11-29, in the network's defaults. */
export function emptyForm(day: string): PlannerForm {
  return {
    arrivals: "history",
    historyDays: "28",
    sameWeekday: false,
    plannedDay: day,
    arrivalsCsv: "",
    roster: "store",
    shiftFrom: `${day}T08:00`,
    shiftTo: `${day}T20:00`,
    rosterCsv: "",
    ahtS: "480",
    shrinkage: "10",
    noAnswer: "2",
    patienceS: "300",
    level: "80",
    withinS: "31",
    asaS: "31",
    worstS: "120",
    abandonment: "5",
    thorough: false,
  };
}

const BOUNDS: Partial<Record<PlannerField, readonly [number, number]>> = {
  ahtS: [10, 14_400],
  shrinkage: [0, 90],
  noAnswer: [0, 50],
  level: [1, 99],
  withinS: [0, 3_600],
  asaS: [1, 3_600],
  worstS: [1, 14_400],
  abandonment: [0, 100],
};

/** What must be mended before asking. */
export function faultsOf(form: PlannerForm): Faults {
  const faults: Faults = {};
  for (const [field, [low, high]] of Object.entries(BOUNDS) as [
    PlannerField,
    readonly [number, number],
  ][]) {
    const fault = numberFault(String(form[field]), low, high);
    if (fault !== null) faults[field] = fault;
  }
  if (form.patienceS.trim() !== "") {
    const fault = numberFault(form.patienceS, 10, 86_400);
    if (fault !== null) faults.patienceS = fault;
  }
  return { ...faults, ...arrivalsFaults(form), ...rosterFaults(form) };
}

function arrivalsFaults(form: PlannerForm): Faults {
  if (form.arrivals === "csv") {
    const fault = csvFault(form.arrivalsCsv, "interval_start,jurisdiction,arrivals");
    return fault === null ? {} : { arrivalsCsv: fault };
  }
  const days = numberFault(form.historyDays, 1, 90);
  const faults: Faults = days === null ? {} : { historyDays: days };
  return isDay(form.plannedDay) ? faults : { ...faults, plannedDay: "Choose a day." };
}

function rosterFaults(form: PlannerForm): Faults {
  if (form.roster === "csv") {
    const fault = csvFault(form.rosterCsv, "practitioner,jurisdictions,starts_at,ends_at");
    return fault === null ? {} : { rosterCsv: fault };
  }
  const [from, to] = [Date.parse(form.shiftFrom), Date.parse(form.shiftTo)];
  if (Number.isNaN(from)) return { shiftFrom: "Choose a day and a time." };
  if (Number.isNaN(to)) return { shiftTo: "Choose a day and a time." };
  return to > from ? {} : { shiftTo: "The shift ends before it starts." };
}

function numberFault(text: string, low: number, high: number): string | null {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  return value >= low && value <= high ? null : `A number from ${low} to ${high}.`;
}

function csvFault(text: string, columns: string): string | null {
  if (text.trim() === "") return "Choose a file, or paste its text.";
  if (text.length > CSV_CHARS_MAX) return "This is too much for one plan.";
  const first = (text.replace("\ufeff", "").split("\n", 1)[0] ?? "").toLowerCase();
  const named = new Set(first.split(",").map((name) => name.trim().replaceAll('"', "")));
  return columns.split(",").every((name) => named.has(name))
    ? null
    : `The first line must name ${columns}.`;
}

function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text));
}

/** The question; call it only without faults. */
export function questionOf(form: PlannerForm): PlanForm {
  return {
    arrivals:
      form.arrivals === "csv"
        ? { source: "csv", text: form.arrivalsCsv }
        : {
            source: "history",
            days: Math.round(Number(form.historyDays)),
            same_weekday: form.sameWeekday,
            planned_day: form.plannedDay,
          },
    roster:
      form.roster === "csv"
        ? { source: "csv", text: form.rosterCsv }
        : {
            source: "store",
            starts_at: new Date(form.shiftFrom).toISOString(),
            ends_at: new Date(form.shiftTo).toISOString(),
          },
    assumptions: {
      aht_s: Number(form.ahtS),
      shrinkage: Number(form.shrinkage) / 100,
      no_answer: Number(form.noAnswer) / 100,
      patience_s: form.patienceS.trim() === "" ? null : Number(form.patienceS),
    },
    targets: {
      service_level: Number(form.level) / 100,
      within_s: Number(form.withinS),
      asa_s: Number(form.asaS),
      worst_asa_s: Number(form.worstS),
      abandonment_max: Number(form.abandonment) / 100,
    },
    thorough: form.thorough,
  };
}
