// What ops sees, as a pure reducer, and the figures derived from it.
//
// Every `ops.sync` is the whole truth of its moment. Between two of them only time passes: the
// page's clock runs on from the server's `now_ms`, so a wrong clock on this machine is harmless.

import type {
  OpsConnect,
  OpsEvent,
  OpsPractitioner,
  OpsSync,
  OpsWaiting,
  SessionEnded,
  StatusName,
} from "../shared/protocol/types";

export const TARGET_MS = 31_000;

export interface OpsState {
  readonly sync: OpsSync | null;
  /** This page's clock when `sync` arrived. */
  readonly atMs: number;
  readonly ended: SessionEnded["reason"] | null;
}

export const EMPTY: OpsState = { sync: null, atMs: 0, ended: null };

export function reduce(state: OpsState, event: OpsEvent, now: number): OpsState {
  switch (event.type) {
    case "ops.sync":
      return { sync: event, atMs: now, ended: null };
    case "session.ended":
      return { ...state, ended: event.reason };
    default:
      return state;
  }
}

/** The server's clock at `now` of this page. */
export function serverNow(state: OpsState, now: number): number {
  return state.sync === null ? now : state.sync.now_ms + Math.max(0, now - state.atMs);
}

export function waitOf(one: OpsWaiting, serverNowMs: number): number {
  return Math.max(0, serverNowMs - one.ready_at_ms);
}

/** Longest wait first. */
export function byWait(waiting: readonly OpsWaiting[]): OpsWaiting[] {
  return [...waiting].sort((a, b) => a.ready_at_ms - b.ready_at_ms);
}

/** The longest wait at `serverNowMs`, or null when nobody waits. */
export function oldestWait(waiting: readonly OpsWaiting[], serverNowMs: number): number | null {
  const first = byWait(waiting)[0];
  return first === undefined ? null : waitOf(first, serverNowMs);
}

export type Concern = "none" | "slow" | "nobody";

/** What a person at 2 a.m. must see about one line, in order of gravity. */
export function concern(one: OpsWaiting, serverNowMs: number): Concern {
  if (one.eligible_on_duty === 0) return "nobody";
  return waitOf(one, serverNowMs) > TARGET_MS ? "slow" : "none";
}

/** Jurisdictions where somebody waits and nobody on duty is licensed. */
export function uncovered(waiting: readonly OpsWaiting[]): string[] {
  const bare = waiting.filter((one) => one.eligible_on_duty === 0);
  return [...new Set(bare.map((one) => placeOf(one)))].sort();
}

/** Patient's jurisdiction, and the site's when it differs. */
export function placeOf(one: Pick<OpsWaiting, "jurisdiction" | "site_jurisdiction">): string {
  return one.site_jurisdiction === one.jurisdiction
    ? one.jurisdiction
    : `${one.jurisdiction} (site ${one.site_jurisdiction})`;
}

export const STATUS_ORDER: readonly StatusName[] = [
  "available",
  "offered",
  "in_exam",
  "wrap_up",
  "away",
];

export interface StatusGroup {
  readonly status: StatusName;
  readonly people: readonly OpsPractitioner[];
}

/** Practitioners by status, the ones who could take a patient first; empty groups left out. */
export function byStatus(people: readonly OpsPractitioner[]): StatusGroup[] {
  return STATUS_ORDER.map((status) => ({
    status,
    people: people
      .filter((one) => one.status === status)
      .sort((a, b) => a.display_name.localeCompare(b.display_name)),
  })).filter((group) => group.people.length > 0);
}

/** Share of patients who left before an answer, 0 to 1; null when nobody's wait has ended. */
export function abandonment(answered: number, abandoned: number): number | null {
  const all = answered + abandoned;
  return all === 0 ? null : abandoned / all;
}

/** Newest first, at most `limit`. */
export function recent(connects: readonly OpsConnect[], limit: number): OpsConnect[] {
  return [...connects].sort((a, b) => b.accepted_at_ms - a.accepted_at_ms).slice(0, limit);
}

/** The length of a bar, 0 to 1, on a scale that always shows the target. */
export function barLength(ms: number, connects: readonly OpsConnect[]): number {
  return Math.min(1, Math.max(0, ms) / scaleMs(connects));
}

/** The right end of the scale, a whole number of ten seconds and never less than the target. */
export function scaleMs(connects: readonly OpsConnect[]): number {
  const most = Math.max(TARGET_MS, ...connects.map((one) => one.connect_ms));
  return Math.ceil(most / 10_000) * 10_000;
}
