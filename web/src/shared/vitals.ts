// Vital signs by name, in English words. Pure.

import type { VitalName } from "./protocol/types";

export const VITAL_WORDS: Readonly<Record<VitalName, string>> = {
  blood_pressure: "Blood pressure",
  pulse: "Pulse",
  temperature: "Temperature",
  spo2: "Oxygen saturation",
  height: "Height",
  weight: "Weight",
};

/** "Blood pressure, pulse": the names in one line. */
export function vitalNames(names: readonly VitalName[]): string {
  const line = names.map((one) => VITAL_WORDS[one].toLowerCase()).join(", ");
  return line.charAt(0).toUpperCase() + line.slice(1);
}
