// What a practitioner's file says, in words: what is missing, what ends, what stands. Pure.

import { dayOf } from "../format";
import type { EndingView, PractitionerFileView } from "../protocol/types";

export const MISSING: Readonly<Record<string, string>> = {
  exclusion_check: "a look into the list of excluded people",
  excluded: "a list of excluded people names them",
  malpractice: "malpractice cover",
  employment: "an employment or a contract",
  training: "training",
};

export const ENDING: Readonly<Record<string, string>> = {
  authority: "Licence",
  collaboration: "Collaborating physician",
  dea: "DEA registration",
  malpractice: "Malpractice cover",
  employment: "Contract",
  exclusion_check: "Look into the list of excluded people",
};

export type PartKind =
  | "authorities"
  | "collaborations"
  | "dea"
  | "malpractice"
  | "employments"
  | "trainings"
  | "exclusion-checks";

export const KIND: Readonly<Record<PartKind, string>> = {
  authorities: "Licences",
  collaborations: "Collaborating physicians",
  dea: "DEA registrations",
  malpractice: "Malpractice cover",
  employments: "Employment",
  trainings: "Training",
  "exclusion-checks": "Exclusion checks",
};

/** counts: relied upon; claim: nobody has looked yet; over: ended, expired or taken back. */
export type Standing = "counts" | "claim" | "over";

export const STANDING: Readonly<Record<Standing, string>> = {
  counts: "counts",
  claim: "nobody has looked yet",
  over: "counts no more",
};

export interface PartRow {
  readonly kind: PartKind;
  readonly id: string;
  readonly what: string;
  readonly detail: string;
  readonly standing: Standing;
  readonly looked: string;
  /** It was taken back, or can be no more. */
  readonly ended: boolean;
}

/** Whether somebody is matched, and if not, why. */
export function matchedWords(file: {
  readonly active: boolean;
  readonly cleared: boolean;
  readonly cleared_until_ms: number | null;
  readonly missing: readonly string[];
}): string {
  if (!file.active) return "Does not examine any more";
  if (!file.cleared) {
    const what = file.missing.map((one) => MISSING[one] ?? one).join(", ");
    return what === "" ? "Not matched" : `Not matched: ${what}`;
  }
  const until = file.cleared_until_ms;
  return until === null ? "Complete" : `Complete until ${dayOf(until)}`;
}

/** "Licence in AZ ends in 28 days" */
export function endingWords(one: EndingView): string {
  const what = ENDING[one.kind] ?? one.kind;
  const where = one.jurisdiction === null ? what : `${what} in ${one.jurisdiction}`;
  if (one.days_left < 0) return `${where} is over`;
  if (one.days_left === 0) return `${where} ends today`;
  return `${where} ends in ${one.days_left === 1 ? "1 day" : `${one.days_left} days`}`;
}

/** Every part of a file as a row, kind by kind. */
export function rowsOf(file: PractitionerFileView): PartRow[] {
  const now = file.now_ms;
  return [
    ...file.authorities.map((one) => ({
      kind: "authorities" as const,
      id: one.id,
      what: `${one.jurisdiction} ${one.number}`,
      detail: `${span(one.valid_from_ms, one.valid_until_ms)}${one.independent ? ", practises alone" : ""}`,
      standing: licensed(one, now),
      looked: looked(one.verified_by, one.source),
      ended: one.status === "revoked",
    })),
    ...file.collaborations.map((one) => ({
      kind: "collaborations" as const,
      id: one.id,
      what: `${one.jurisdiction} ${one.physician}`,
      detail: `${one.number}, ${span(one.active_from_ms, one.active_until_ms)}`,
      standing: within(one.active_from_ms, one.active_until_ms, now),
      looked: "",
      ended: one.active_until_ms <= now,
    })),
    ...file.dea.map((one) => ({
      kind: "dea" as const,
      id: one.id,
      what: `${one.jurisdiction} ${one.number}`,
      detail: `until ${dayOf(one.valid_until_ms)}`,
      standing:
        one.ended_at_ms === null ? within(0, one.valid_until_ms, now) : ("over" as const),
      looked: looked(one.verified_by, one.source),
      ended: one.ended_at_ms !== null,
    })),
    ...file.malpractice.map((one) => ({
      kind: "malpractice" as const,
      what: `${one.insurer} ${one.policy_number}`,
      detail: `${dollars(one.per_claim_usd)} / ${dollars(one.aggregate_usd)}, ${span(one.valid_from_ms, one.valid_until_ms)}`,
      ...standingOf(one, within(one.valid_from_ms, one.valid_until_ms, now)),
    })),
    ...file.employments.map((one) => ({
      kind: "employments" as const,
      what: `${one.title} (${one.kind})`,
      detail: span(one.valid_from_ms, one.valid_until_ms),
      ...standingOf(one, within(one.valid_from_ms, one.valid_until_ms, now)),
    })),
    ...file.trainings.map((one) => ({
      kind: "trainings" as const,
      what: one.topic,
      detail: `${one.provider}, ${hours(one.minutes)}, ${dayOf(one.completed_at_ms)}`,
      ...standingOf(one, "counts"),
    })),
    ...file.exclusion_checks.map((one) => ({
      kind: "exclusion-checks" as const,
      what: `${one.list_name.toUpperCase()}: ${one.outcome === "clear" ? "not named" : "named"}`,
      detail: dayOf(one.checked_at_ms),
      ...standingOf(one, "counts"),
    })),
  ];
}

/** 2400 minutes are 40 h; 90 are 1.5 h. */
export function hours(minutes: number): string {
  return `${Math.round((minutes / 60) * 10) / 10} h`;
}

function standingOf(
  one: {
    readonly id: string;
    readonly verified_at_ms: number | null;
    readonly ended_at_ms: number | null;
    readonly verified_by: string | null;
    readonly source: string | null;
  },
  inTime: Standing,
): Pick<PartRow, "id" | "standing" | "looked" | "ended"> {
  const ended = one.ended_at_ms !== null;
  const unseen: Standing = one.verified_at_ms === null ? "claim" : inTime;
  return {
    id: one.id,
    standing: ended ? "over" : unseen,
    looked: looked(one.verified_by, one.source),
    ended,
  };
}

function licensed(one: PractitionerFileView["authorities"][number], now: number): Standing {
  if (one.status !== "active") return "over";
  if (one.verified_at_ms === null) return "claim";
  return within(one.valid_from_ms, one.valid_until_ms, now);
}

function within(from: number, until: number | null, now: number): Standing {
  return from <= now && (until === null || now < until) ? "counts" : "over";
}

function looked(who: string | null, source: string | null): string {
  return who === null ? "" : `${who}, ${source ?? ""}`;
}

function span(from: number, until: number | null): string {
  return until === null ? `since ${dayOf(from)}` : `${dayOf(from)} to ${dayOf(until)}`;
}

function dollars(amount: number): string {
  return `$${amount.toLocaleString("en-US")}`;
}
