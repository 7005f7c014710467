// Who may perform a treatment, in words.

import type { PerformerRole } from "./protocol/types";

export const PERFORMER_WORDS: Readonly<Record<PerformerRole, string>> = {
  MD: "MD",
  DO: "DO",
  NP: "NP",
  PA: "PA",
  RN: "RN",
  LPN: "LPN",
  paramedic: "Paramedic",
  esthetician: "Esthetician",
  laser_technician: "Laser technician",
  medical_assistant: "Medical assistant",
};

export function performersWords(performers: readonly PerformerRole[]): string {
  return performers.map((role) => PERFORMER_WORDS[role]).join(", ");
}

/** A choice of several with one entry taken away, or put back. */
export function toggled<T extends string>(chosen: readonly T[], one: T): readonly T[] {
  return chosen.includes(one) ? chosen.filter((each) => each !== one) : [...chosen, one];
}
