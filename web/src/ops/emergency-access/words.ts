// Emergency access as compliance reads it. Pure.

import type { EmergencyReviewForm, EmergencyReviewView } from "../../shared/protocol/types";

export type VerdictName = EmergencyReviewForm["verdict"];

export const VERDICT: Readonly<Record<VerdictName, string>> = {
  justified: "Justified",
  not_justified: "Not justified",
};

export const NOTE_MIN = 3;
export const NOTE_MAX = 500;

/** What the page says above everything while something waits; null while nothing does. */
export function waitingWords(waiting: number): string | null {
  if (waiting === 0) return null;
  return waiting === 1
    ? "Charts were opened in an emergency once, and nobody has reviewed it."
    : `Charts were opened in an emergency ${waiting} times, and nobody has reviewed it.`;
}

/** What it says while nobody has looked at who signed in in an emergency. */
export function signedInWords(accounts: number): string | null {
  if (accounts === 0) return null;
  return accounts === 1
    ? "An account for emergencies signed in."
    : `${accounts} accounts for emergencies signed in.`;
}

/** How it stands: open still, over, and what came of it. */
export function standingWords(one: EmergencyReviewView): string {
  const state = one.open ? "Open now" : "Over";
  return one.verdict === null
    ? `${state}, not reviewed`
    : `${state}, ${VERDICT[one.verdict].toLowerCase()}`;
}

export function readingsWords(readings: number): string {
  if (readings === 0) return "Nothing was read";
  return readings === 1 ? "1 reading" : `${readings} readings`;
}
