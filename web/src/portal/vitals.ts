// Vital signs as staff type them, and as they are sent. Pure: units of the instrument, both kinds.

import type { VitalName, VitalsForm } from "../shared/protocol/types";

export type Units = "us" | "metric";

export interface VitalsDraft {
  readonly units: Units;
  readonly measuredBy: string;
  /** Local wall time, as an input of that type has it. */
  readonly at: string;
  readonly systolic: string;
  readonly diastolic: string;
  readonly pulse: string;
  readonly temperature: string;
  readonly spo2: string;
  readonly feet: string;
  readonly inches: string;
  readonly centimetres: string;
  readonly weight: string;
}

export const UNIT_WORDS: Readonly<Record<Units, { temperature: string; weight: string }>> = {
  us: { temperature: "°F", weight: "lb" },
  metric: { temperature: "°C", weight: "kg" },
};
const INCHES_PER_FOOT = 12;

export function emptyVitals(now: Date): VitalsDraft {
  return {
    units: "us",
    measuredBy: "",
    at: wallTime(now),
    systolic: "",
    diastolic: "",
    pulse: "",
    temperature: "",
    spo2: "",
    feet: "",
    inches: "",
    centimetres: "",
    weight: "",
  };
}

/** Why it cannot be sent, or null. The server judges the figures. */
export function vitalsFault(draft: VitalsDraft): string | null {
  if (draft.measuredBy.trim() === "") return "Who measured this? Enter a name.";
  if (Number.isNaN(new Date(draft.at).getTime())) return "When was this measured?";
  const figures = [
    draft.systolic,
    draft.diastolic,
    draft.pulse,
    draft.temperature,
    draft.spo2,
    draft.feet,
    draft.inches,
    draft.centimetres,
    draft.weight,
  ].filter((one) => one.trim() !== "");
  if (figures.length === 0) return "Enter at least one figure.";
  if (figures.some((one) => numberOf(one) === null)) return "Enter figures only.";
  if ((draft.systolic.trim() === "") !== (draft.diastolic.trim() === ""))
    return "Blood pressure has two figures.";
  return null;
}

export function vitalsOf(draft: VitalsDraft): VitalsForm {
  const us = draft.units === "us";
  return {
    measured_by: draft.measuredBy.trim(),
    measured_at_ms: new Date(draft.at).getTime(),
    systolic_mmhg: whole(draft.systolic),
    diastolic_mmhg: whole(draft.diastolic),
    pulse_bpm: whole(draft.pulse),
    temperature: numberOf(draft.temperature),
    temperature_unit: us ? "F" : "C",
    spo2_percent: whole(draft.spo2),
    height: us ? inchesOf(draft) : numberOf(draft.centimetres),
    height_unit: us ? "in" : "cm",
    weight: numberOf(draft.weight),
    weight_unit: us ? "lb" : "kg",
  };
}

/** What a refusal that names a field means, in words. */
export function refusedFigures(fields: readonly string[]): string {
  const words = fields.map((one) => FIELD_WORDS[one] ?? one.replaceAll("_", " "));
  return `Please check: ${[...new Set(words)].join(", ")}.`;
}

const FIELD_WORDS: Readonly<Record<string, VitalName | string>> = {
  systolic_mmhg: "blood pressure",
  diastolic_mmhg: "blood pressure",
  pulse_bpm: "pulse",
  spo2_percent: "oxygen saturation",
  measured_at_ms: "the time (within the last 24 hours)",
};

function inchesOf(draft: VitalsDraft): number | null {
  const feet = numberOf(draft.feet);
  const inches = numberOf(draft.inches);
  return feet === null && inches === null
    ? null
    : (feet ?? 0) * INCHES_PER_FOOT + (inches ?? 0);
}

function numberOf(typed: string): number | null {
  const text = typed.trim().replace(",", ".");
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : null;
}

function whole(typed: string): number | null {
  const figure = numberOf(typed);
  return figure === null ? null : Math.round(figure);
}

/** Local wall time of a moment, to the minute, as an input of that type wants it. */
function wallTime(moment: Date): string {
  const local = new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}
