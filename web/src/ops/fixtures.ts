// Made-up figures for tests.

import type {
  OpsPoint,
  OpsPractitioner,
  OpsStretch,
  OpsSync,
  OpsTile,
  OpsWaiting,
} from "../shared/protocol/types";

export function waiting(id: string, more: Partial<OpsWaiting> = {}): OpsWaiting {
  return {
    encounter_id: id,
    jurisdiction: "AZ",
    site_jurisdiction: "AZ",
    presence: "present",
    ready_at_ms: 1_000,
    ringing: false,
    priority: 0,
    eligible_on_duty: 2,
    eligible_idle: 1,
    ...more,
  };
}

export function tile(jurisdiction: string, more: Partial<OpsTile> = {}): OpsTile {
  return {
    jurisdiction,
    waiting: 0,
    oldest_ready_at_ms: null,
    uncovered: 0,
    licensed: 0,
    on_duty: 0,
    idle: 0,
    ...more,
  };
}

export function person(name: string, status: OpsPractitioner["status"]): OpsPractitioner {
  return {
    practitioner_id: name,
    display_name: name,
    profession: "NP",
    jurisdictions: ["AZ"],
    status,
    presence: "present",
    since_ms: null,
    missed_offers: 0,
  };
}

const SPREAD = { count: 0, mean_ms: null, p50_ms: null, p90_ms: null, p95_ms: null };

export function stretch(startsAtMs: number, more: Partial<OpsStretch> = {}): OpsStretch {
  return {
    starts_at_ms: startsAtMs,
    arrived: 0,
    answered: 0,
    abandoned: 0,
    cancelled: 0,
    waiting: 0,
    connected: 0,
    connected_in_time: 0,
    signed: 0,
    offers: 0,
    offers_missed: 0,
    level_strict: null,
    level_lenient: null,
    abandonment: null,
    occupancy: null,
    wait: SPREAD,
    connect: SPREAD,
    ...more,
  };
}

export function point(atMs: number, more: Partial<OpsPoint> = {}): OpsPoint {
  return {
    at_ms: atMs,
    arrived: 0,
    answered: 0,
    abandoned: 0,
    wait_p50_ms: null,
    wait_p90_ms: null,
    connect_p50_ms: null,
    connect_p90_ms: null,
    level_strict: null,
    occupancy: null,
    ...more,
  };
}

export const SYNC: OpsSync = {
  v: 1,
  stream: "s",
  seq: 1,
  type: "ops.sync",
  now_ms: 1_000_000,
  network_name: "Demo",
  time_zone: "America/New_York",
  target_ms: 31_000,
  oldest_wait_alert_ms: 120_000,
  now: {
    waiting_total: 0,
    oldest_ready_at_ms: null,
    waiting: [],
    tiles: [],
    statuses: {},
    practitioners_total: 0,
    practitioners: [],
    alerts_total: 0,
    alerts: [],
    notices: [],
  },
  today: {
    date: "2026-11-27",
    starts_at_ms: 0,
    ends_at_ms: 86_400_000,
    whole: stretch(0),
    points: [],
  },
};
