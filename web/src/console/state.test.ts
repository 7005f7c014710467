import { describe, expect, test } from "vitest";
import type {
  CallSetup,
  CallStatus,
  OfferCard,
  PractitionerEvent,
  PractitionerSync,
} from "../shared/protocol/types";
import {
  accepted,
  type ConsoleState,
  EMPTY,
  liveOffer,
  oldestWait,
  overdue,
  parked,
  reduce,
  ringLeft,
} from "./state";

const ENCOUNTER = "encounter-0001";
const OTHER = "encounter-0002";

function card(more: Partial<OfferCard> = {}): OfferCard {
  return {
    offer_id: "offer-00001",
    encounter_id: ENCOUNTER,
    age_years: 41,
    jurisdiction: "AZ",
    site_jurisdiction: "AZ",
    language: "en",
    treatments: [{ treatment_class: "neurotoxin", product: null }],
    flags: [],
    now_ms: 0,
    ice_servers: [],
    waiting_since_ms: 1_000,
    expires_in_ms: 12_000,
    ring_ms: 15_000,
    ...more,
  };
}

function setup(generation: number): CallSetup {
  return {
    encounter_id: ENCOUNTER,
    generation,
    polite: false,
    mode: "direct",
    connect_limit_s: 10,
    ice_servers: [],
  };
}

function call(generation: number, state: CallStatus["state"]): CallStatus {
  return {
    encounter_id: ENCOUNTER,
    generation,
    state,
    reason: null,
    peer_present: true,
    peer_audio: true,
    peer_video: true,
    connected_at_ms: null,
    mode: "direct",
    interrupted_at_ms: null,
  };
}

function sync(more: Partial<PractitionerSync> = {}): PractitionerSync {
  return {
    v: 1,
    stream: "s",
    seq: 1,
    type: "practitioner.sync",
    practitioner_id: "practitioner-1",
    status: "available",
    shift_ends_at_ms: null,
    auto_accept: false,
    offer: null,
    encounter_id: null,
    setup: null,
    call: null,
    queue: { waiting: 2, oldest_wait_ms: 4_000, practitioners_available: 1 },
    unsigned: [],
    ...more,
  };
}

type Bare = PractitionerEvent extends infer E
  ? E extends PractitionerEvent
    ? Omit<E, "v" | "stream" | "seq">
    : never
  : never;

function play(state: ConsoleState, events: readonly Bare[], now = 0): ConsoleState {
  return events.reduce(
    (each, event, index) =>
      reduce(each, { v: 1, stream: "s", seq: index + 2, ...event } as PractitionerEvent, now),
    state,
  );
}

const inCall = play(EMPTY, [
  sync(),
  { type: "offer.ringing", offer: card() },
  { type: "offer.closed", offer_id: "offer-00001", state: "accepted", reason: null },
  { type: "call.started", setup: setup(1), practitioner: null, description: null },
]);

describe("an offer", () => {
  test("has its deadline on this page's clock, from what is left of the ring", () => {
    const state = play(EMPTY, [{ type: "offer.ringing", offer: card() }], 100_000);
    expect(state.offer?.deadlineMs).toBe(112_000);
    expect(liveOffer(state, 111_999)?.card.offer_id).toBe("offer-00001");
    expect(liveOffer(state, 112_000)).toBeNull();
  });

  test("shows a ring bar that shrinks from what was left to nothing", () => {
    const state = play(EMPTY, [{ type: "offer.ringing", offer: card() }], 0);
    if (state.offer === null) throw new Error("not ringing");
    expect(ringLeft(state.offer, 0)).toBeCloseTo(0.8);
    expect(ringLeft(state.offer, 6_000)).toBeCloseTo(0.4);
    expect(ringLeft(state.offer, 60_000)).toBe(0);
  });

  test("that was missed is gone and says so", () => {
    const state = play(EMPTY, [
      { type: "offer.ringing", offer: card() },
      { type: "offer.closed", offer_id: "offer-00001", state: "missed", reason: null },
    ]);
    expect(state.offer).toBeNull();
    expect(state.settled).toMatchObject({ state: "missed", encounterId: ENCOUNTER });
    expect(state.encounterId).toBeNull();
  });

  test("of earlier does not close the one that rings now", () => {
    const state = play(EMPTY, [
      { type: "offer.ringing", offer: card() },
      { type: "offer.closed", offer_id: "offer-00000", state: "missed", reason: null },
    ]);
    expect(state.offer?.card.offer_id).toBe("offer-00001");
  });

  test("that was accepted opens its encounter before any call event", () => {
    const state = play(EMPTY, [
      { type: "offer.ringing", offer: card() },
      { type: "offer.closed", offer_id: "offer-00001", state: "accepted", reason: null },
    ]);
    expect(state).toMatchObject({ encounterId: ENCOUNTER, visit: "in_progress", offer: null });
  });

  test("acknowledged after its events does not reset the call", () => {
    expect(accepted(inCall, card()).setup?.generation).toBe(1);
  });
});

describe("a call", () => {
  test("that starts sets the encounter and clears the offer", () => {
    expect(inCall).toMatchObject({ encounterId: ENCOUNTER, offer: null });
    expect(inCall.setup?.generation).toBe(1);
  });

  test("ignores the state of an older generation", () => {
    const state = play(inCall, [
      { type: "call.changed", call: call(2, "connecting") },
      { type: "call.changed", call: call(1, "failed") },
    ]);
    expect(state.call).toMatchObject({ generation: 2, state: "connecting" });
  });

  test("ignores an older start", () => {
    const state = play(inCall, [
      { type: "call.started", setup: setup(3), practitioner: null, description: null },
      { type: "call.started", setup: setup(2), practitioner: null, description: null },
    ]);
    expect(state.setup?.generation).toBe(3);
  });

  test("of another encounter changes nothing here", () => {
    const state = play(inCall, [
      { type: "call.changed", call: { ...call(1, "failed"), encounter_id: OTHER } },
    ]);
    expect(state.call).toBeNull();
  });
});

describe("the visit", () => {
  test("going into wrap-up ends the media but keeps the encounter", () => {
    const state = play(inCall, [
      { type: "visit.changed", encounter_id: ENCOUNTER, visit: "wrap_up" },
    ]);
    expect(state).toMatchObject({ encounterId: ENCOUNTER, visit: "wrap_up", setup: null });
  });

  test.each(["signed", "waiting", "left", "no_show", "cancelled"] as const)(
    "becoming %s frees the desk and says what was decided",
    (visit) => {
      const state = play(inCall, [{ type: "visit.changed", encounter_id: ENCOUNTER, visit }]);
      expect(state).toMatchObject({ encounterId: null, setup: null, call: null });
      expect(state.decided).toEqual({ encounterId: ENCOUNTER, visit });
    },
  );

  test("of a parked chart does not touch the call", () => {
    const state = play(inCall, [
      { type: "visit.changed", encounter_id: OTHER, visit: "signed" },
    ]);
    expect(state.encounterId).toBe(ENCOUNTER);
    expect(state.setup).not.toBeNull();
    expect(state.chartMarks[OTHER]).toBe(1);
  });

  test("parked leaves the desk free", () => {
    expect(parked(inCall, ENCOUNTER).encounterId).toBeNull();
    expect(parked(inCall, OTHER).encounterId).toBe(ENCOUNTER);
  });
});

describe("a sync", () => {
  test("brings back the call after a reload", () => {
    const state = play(EMPTY, [
      sync({ status: "in_exam", encounter_id: ENCOUNTER, setup: setup(2) }),
    ]);
    expect(state).toMatchObject({ synced: true, encounterId: ENCOUNTER, visit: "in_progress" });
  });

  test("brings back the wrap-up after a reload", () => {
    const state = play(EMPTY, [sync({ status: "wrap_up", encounter_id: ENCOUNTER })]);
    expect(state.visit).toBe("wrap_up");
  });

  test("has every open chart read again, since changes may have been missed", () => {
    const before = play(inCall, [
      { type: "chart.changed", encounter_id: ENCOUNTER, entries: 4 },
      { type: "chart.changed", encounter_id: OTHER, entries: 9 },
    ]);
    const after = play(before, [sync({ status: "in_exam", encounter_id: ENCOUNTER })]);
    expect(after.chartMarks[ENCOUNTER]).toBeGreaterThan(before.chartMarks[ENCOUNTER] ?? 0);
    expect(after.chartMarks[OTHER]).toBeGreaterThan(before.chartMarks[OTHER] ?? 0);
  });

  test("without an offer takes back the one that was ringing", () => {
    const state = play(EMPTY, [{ type: "offer.ringing", offer: card() }, sync()]);
    expect(state.offer).toBeNull();
  });
});

describe("waiting and overdue", () => {
  test("the oldest wait goes on between two summaries", () => {
    const state = play(EMPTY, [sync()], 50_000);
    expect(oldestWait(state, 53_000)).toBe(7_000);
    expect(oldestWait(EMPTY, 53_000)).toBeNull();
  });

  test("a chart nags only when its call ended long enough ago", () => {
    const chart = {
      encounter_id: ENCOUNTER,
      patient_name: "Mira Vale",
      visit: "wrap_up" as const,
      parked: true,
    };
    const charts = [
      { ...chart, ended_at_ms: 0 },
      { ...chart, ended_at_ms: 1 },
      { ...chart, ended_at_ms: null },
    ];
    expect(overdue(charts, 300_000, 300_000)).toEqual([charts[0]]);
  });

  test("an ended session silences the offer and keeps the reason", () => {
    const state = play(EMPTY, [
      { type: "offer.ringing", offer: card() },
      { type: "session.ended", reason: "expired" },
    ]);
    expect(state).toMatchObject({ offer: null, ended: "expired" });
  });
});
