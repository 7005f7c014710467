// What ops sees, as a pure reducer, and the figures derived from it.
//
// Every `ops.sync` is the whole truth of its moment. Between two of them only time passes: the
// page's clock runs on from the server's `now_ms`, so a wrong clock on this machine is harmless.

import type {
  OpsEvent,
  OpsPractitioner,
  OpsSync,
  OpsTile,
  OpsWaiting,
  SessionEnded,
  StatusName,
} from "../shared/protocol/types";

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

export function waitOf(readyAtMs: number, serverNowMs: number): number {
  return Math.max(0, serverNowMs - readyAtMs);
}

/** What the clock is held against: the goal, and the wait that raises an alert. */
export interface Limits {
  readonly targetMs: number;
  readonly alertMs: number;
}

export function limitsOf(sync: OpsSync): Limits {
  return { targetMs: sync.target_ms, alertMs: sync.oldest_wait_alert_ms };
}

export type Concern = "none" | "slow" | "late" | "nobody";

/** What a person at 2 a.m. must see about one line, in order of gravity. */
export function concern(one: OpsWaiting, serverNowMs: number, limits: Limits): Concern {
  if (one.eligible_on_duty === 0) return "nobody";
  const waited = waitOf(one.ready_at_ms, serverNowMs);
  if (waited > limits.alertMs) return "late";
  return waited > limits.targetMs ? "slow" : "none";
}

/** Jurisdictions where somebody waits and nobody on duty may see them. */
export function uncovered(tiles: readonly OpsTile[]): string[] {
  return tiles.filter((one) => one.uncovered > 0).map((one) => one.jurisdiction);
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
  readonly count: number;
  readonly people: readonly OpsPractitioner[];
}

/**
 * Practitioners by status, the ones who could take a patient first; empty groups left out. The
 * list of people is bounded, the counts are not.
 */
export function byStatus(
  people: readonly OpsPractitioner[],
  counts: Partial<Record<StatusName, number>>,
): StatusGroup[] {
  return STATUS_ORDER.map((status) => ({
    status,
    count: counts[status] ?? 0,
    people: people
      .filter((one) => one.status === status)
      .sort((a, b) => a.display_name.localeCompare(b.display_name)),
  })).filter((group) => group.count > 0);
}

/** A share such as 0.873 as 87.3 %; a dash when there is none. */
export function percent(share: number | null): string {
  return share === null ? "–" : `${(share * 100).toFixed(1)} %`;
}
