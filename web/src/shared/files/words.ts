// What a practitioner's file says, in words: what is missing, what ends, what stands. Pure.

import { dayOf } from "../format";
import type { AuthorityCheckView, EndingView, PractitionerFileView } from "../protocol/types";

export const MISSING: Readonly<Record<string, string>> = {
  exclusion_check: "a look into the list of excluded people",
  excluded: "a list of excluded people names them",
  malpractice: "malpractice cover",
  employment: "an employment or a contract",
  training: "training",
};

export const ENDING: Readonly<Record<string, string>> = {
  authority: "Licence",
  verification: "Look at the licence",
  collaboration: "Collaborating physician",
  dea: "DEA registration",
  malpractice: "Malpractice cover",
  employment: "Contract",
  exclusion_check: "Look into the list of excluded people",
};

/** What a file lacks that can be entered, by the kind of part that mends it. */
export function lacking(file: PractitionerFileView): LackedKind[] {
  const found = file.missing.flatMap((one) => MENDS[one] ?? []);
  return file.authorities.length === 0 ? ["authorities", ...found] : found;
}

type LackedKind =
  | "authorities"
  | "exclusion-checks"
  | "malpractice"
  | "employments"
  | "trainings";

const MENDS: Readonly<Record<string, LackedKind>> = {
  exclusion_check: "exclusion-checks",
  malpractice: "malpractice",
  employment: "employments",
  training: "trainings",
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

/**
 * counts: relied upon; claim: nobody has looked yet; again: somebody looked too long ago; over:
 * ended, expired, suspended or taken back.
 */
export type Standing = "counts" | "claim" | "again" | "over";

export const STANDING: Readonly<Record<Standing, string>> = {
  counts: "counts",
  claim: "counts for nothing: nobody has looked yet",
  again: "counts for nothing: the last look is too old",
  over: "counts no more",
};

export interface PartRow {
  readonly kind: PartKind;
  readonly id: string;
  readonly what: string;
  readonly detail: string;
  readonly standing: Standing;
  readonly looked: string;
  /** Every look at it and decision about it, the newest first. */
  readonly checks: readonly AuthorityCheckView[];
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
    const what = missingWords(file.missing);
    return what === "" ? "Not matched" : `Not matched: ${what}`;
  }
  const until = file.cleared_until_ms;
  return until === null ? "Complete" : `Complete until ${dayOf(until)}`;
}

function missingWords(missing: readonly string[]): string {
  return missing.map((one) => MISSING[one] ?? one).join(", ");
}

/** "Licence in AZ ends in 28 days" */
export function endingWords(one: EndingView): string {
  const what = ENDING[one.kind] ?? one.kind;
  const where = one.jurisdiction === null ? what : `${what} in ${one.jurisdiction}`;
  const looked = one.kind === "verification";
  if (one.days_left < 0) return `${where} is ${looked ? "too old" : "over"}`;
  if (one.days_left === 0) return `${where} ${looked ? "is too old from today" : "ends today"}`;
  const left = one.days_left === 1 ? "1 day" : `${one.days_left} days`;
  return `${where} ${looked ? `is too old in ${left}` : `ends in ${left}`}`;
}

/** Where a licence counts now. */
function licensedPlaces(file: PractitionerFileView): string[] {
  const now = file.now_ms;
  const counting = file.authorities.filter((one) => licensed(one, now) === "counts");
  return [...new Set(counting.map((one) => one.jurisdiction))].sort();
}

/** Whether somebody may be offered patients at all. */
export function isOffered(file: PractitionerFileView): boolean {
  return file.active && file.cleared && licensedPlaces(file).length > 0;
}

/** What somebody should know of their own file before they go on duty; null: nothing. */
export function ownWords(file: PractitionerFileView): string | null {
  if (!file.active) return "You do not examine any more";
  if (!file.cleared) return `Missing: ${missingWords(file.missing)}`;
  if (licensedPlaces(file).length === 0) return "No licence counts yet";
  const [first] = file.ends;
  return first === undefined ? null : endingWords(first);
}

/** Where a licence counts now, in words. */
export function licensedWords(file: PractitionerFileView): string {
  const places = licensedPlaces(file);
  return places.length === 0 ? "No licence counts yet." : `Licences: ${places.join(", ")}.`;
}

const OUTCOME: Readonly<Record<string, string>> = {
  confirmed: "verified",
  other_status: "has another status there",
  not_found: "not found there",
  differs: "differs from what is entered",
  active: "restored",
  suspended: "suspended",
  revoked: "revoked",
};

const METHOD: Readonly<Record<string, string>> = {
  service: "asked by this server",
  import: "imported",
};

/** "Nov 29, 2026: verified, R. Alvarez, azbn.gov" */
export function checkWords(one: AuthorityCheckView): string {
  const what = OUTCOME[one.outcome] ?? one.outcome;
  const how = METHOD[one.method];
  const parts = [what, one.checked_by, one.source, how, one.document_id && "with a paper"];
  return `${dayOf(one.at_ms)}: ${parts.filter((each) => each).join(", ")}`;
}

/** Every part of a file as a row, kind by kind. */
export function rowsOf(file: PractitionerFileView): PartRow[] {
  const now = file.now_ms;
  return [
    ...file.authorities.map((one) => ({
      kind: "authorities" as const,
      id: one.id,
      what: `${one.jurisdiction} ${one.number}`,
      detail: licenceDetail(one),
      standing: licensed(one, now),
      looked: looked(one.verified_by, one.source),
      checks: [...one.checks].reverse(),
      ended: one.status === "revoked",
    })),
    ...file.collaborations.map((one) => ({
      kind: "collaborations" as const,
      id: one.id,
      what: `${one.jurisdiction} ${one.physician}`,
      detail: backingDetail(one),
      standing: within(one.active_from_ms, one.active_until_ms, now),
      looked: "",
      checks: [],
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
      checks: [],
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
      detail: lookDetail(one),
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
): Pick<PartRow, "id" | "standing" | "looked" | "checks" | "ended"> {
  const ended = one.ended_at_ms !== null;
  const unseen: Standing = one.verified_at_ms === null ? "claim" : inTime;
  return {
    id: one.id,
    standing: ended ? "over" : unseen,
    looked: looked(one.verified_by, one.source),
    checks: [],
    ended,
  };
}

function licensed(one: PractitionerFileView["authorities"][number], now: number): Standing {
  if (one.status !== "active") return "over";
  if (one.verified_at_ms === null) return "claim";
  const again = one.verify_again_at_ms;
  const inTime = within(one.valid_from_ms, one.valid_until_ms, now);
  return inTime === "counts" && again !== null && again <= now ? "again" : inTime;
}

/** Whether an NP's licence lets them practise alone. */
export function practice(independent: boolean): string {
  return independent ? "practises alone" : "needs a collaborating physician";
}

function licenceDetail(one: PractitionerFileView["authorities"][number]): string {
  const parts = [span(one.valid_from_ms, one.valid_until_ms)];
  if (one.independent) parts.push(practice(true));
  if (one.status !== "active") parts.push(one.status);
  if (one.verify_again_at_ms !== null) {
    parts.push(`to be looked at again by ${dayOf(one.verify_again_at_ms)}`);
  }
  return parts.join(", ");
}

function backingDetail(one: PractitionerFileView["collaborations"][number]): string {
  const parts = [one.number, span(one.active_from_ms, one.active_until_ms)];
  if (one.physician_id !== null) parts.push("reads what is examined there");
  return parts.join(", ");
}

/** No look says of which state's list it was, so what is clear in one lifts no match. */
function lookDetail(one: PractitionerFileView["exclusion_checks"][number]): string {
  const day = dayOf(one.checked_at_ms);
  const stands = one.verified_at_ms !== null && one.ended_at_ms === null;
  const bars = stands && one.list_name === "state" && one.outcome === "match";
  return bars ? `${day}, bars until it is taken back; no later look lifts it` : day;
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
