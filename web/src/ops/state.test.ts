import { describe, expect, test } from "vitest";
import type {
  OpsConnect,
  OpsPractitioner,
  OpsSync,
  OpsWaiting,
} from "../shared/protocol/types";
import {
  abandonment,
  barLength,
  byStatus,
  byWait,
  concern,
  EMPTY,
  oldestWait,
  placeOf,
  recent,
  reduce,
  scaleMs,
  serverNow,
  uncovered,
} from "./state";

function waiting(id: string, more: Partial<OpsWaiting> = {}): OpsWaiting {
  return {
    encounter_id: id,
    jurisdiction: "AZ",
    site_jurisdiction: "AZ",
    presence: "present",
    ready_at_ms: 1_000,
    ringing: false,
    eligible_on_duty: 2,
    eligible_idle: 1,
    ...more,
  };
}

function connect(connect_ms: number, accepted_at_ms = 0): OpsConnect {
  return {
    encounter_id: "e",
    jurisdiction: "AZ",
    accepted_at_ms,
    queue_wait_ms: 1,
    connect_ms,
  };
}

function person(name: string, status: OpsPractitioner["status"]): OpsPractitioner {
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

const SYNC: OpsSync = {
  v: 1,
  stream: "s",
  seq: 1,
  type: "ops.sync",
  now_ms: 1_000_000,
  network_name: "Demo",
  waiting: [],
  practitioners: [],
  today: {
    connected: 0,
    mean_connect_ms: null,
    p50_connect_ms: null,
    p90_connect_ms: null,
    mean_queue_wait_ms: null,
    answered: 0,
    abandoned: 0,
    signed: 0,
    offers: 0,
    offers_missed: 0,
  },
  connects: [],
};

describe("the clock", () => {
  test("runs on from the server's, whatever this machine's says", () => {
    const state = reduce(EMPTY, SYNC, 77);
    expect(serverNow(state, 77)).toBe(1_000_000);
    expect(serverNow(state, 2_077)).toBe(1_002_000);
    expect(serverNow(state, 0)).toBe(1_000_000);
  });
});

describe("who waits", () => {
  test("the longest wait stands first and is the oldest", () => {
    const list = [waiting("b", { ready_at_ms: 9_000 }), waiting("a", { ready_at_ms: 4_000 })];
    expect(byWait(list).map((one) => one.encounter_id)).toEqual(["a", "b"]);
    expect(oldestWait(list, 10_000)).toBe(6_000);
    expect(oldestWait([], 10_000)).toBeNull();
  });

  test("nobody licensed on duty is graver than slow", () => {
    expect(concern(waiting("a", { eligible_on_duty: 0 }), 1_000)).toBe("nobody");
    expect(concern(waiting("a"), 1_000 + 31_001)).toBe("slow");
    expect(concern(waiting("a"), 1_000 + 31_000)).toBe("none");
  });

  test("a site in another jurisdiction is named", () => {
    expect(placeOf(waiting("a"))).toBe("AZ");
    expect(placeOf(waiting("a", { site_jurisdiction: "NV" }))).toBe("AZ (site NV)");
  });

  test("uncovered places are named once", () => {
    const bare = { eligible_on_duty: 0 };
    expect(
      uncovered([waiting("a", bare), waiting("b", bare), waiting("c"), waiting("d")]),
    ).toEqual(["AZ"]);
  });
});

describe("practitioners", () => {
  test("are grouped by status, those who could answer first", () => {
    const groups = byStatus([
      person("Zed", "away"),
      person("Bo", "available"),
      person("Al", "away"),
    ]);
    expect(
      groups.map((group) => [group.status, group.people.map((p) => p.display_name)]),
    ).toEqual([
      ["available", ["Bo"]],
      ["away", ["Al", "Zed"]],
    ]);
  });
});

describe("figures", () => {
  test("abandonment is unknown while nobody's wait has ended", () => {
    expect(abandonment(0, 0)).toBeNull();
    expect(abandonment(3, 1)).toBe(0.25);
  });

  test("bars share a scale that always shows the target", () => {
    expect(scaleMs([])).toBe(40_000);
    expect(scaleMs([connect(61_000)])).toBe(70_000);
    expect(barLength(35_000, [connect(61_000)])).toBe(0.5);
    expect(barLength(-5, [])).toBe(0);
  });

  test("recent connects are newest first and bounded", () => {
    expect(recent([connect(1, 1), connect(2, 3), connect(3, 2)], 2)).toEqual([
      connect(2, 3),
      connect(3, 2),
    ]);
  });
});
