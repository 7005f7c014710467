import { expect, test } from "vitest";
import type {
  CallSetup,
  CallStatus,
  PatientEvent,
  WaitEstimate,
} from "../shared/protocol/types";
import { callState } from "./call-state";
import { joined, type Live, NOTHING_LIVE, reduceLive } from "./live";
import { waitSentence } from "./wait";

const HEAD = { v: 1, stream: "s", seq: 1 } as const;
const WAIT: WaitEstimate = { kind: "range", low_min: 1, high_min: 3, opens_at_ms: null };
const CARD = { display_name: "Dr. Lee", profession: "MD", licenses: ["AZ 1"] };

const setup = (generation: number): CallSetup => ({
  encounter_id: "encounter",
  generation,
  polite: true,
  mode: "direct",
  connect_limit_s: 10,
  ice_servers: [],
});

const call = (generation: number, change: Partial<CallStatus> = {}): CallStatus => ({
  encounter_id: "encounter",
  generation,
  state: "connecting",
  reason: null,
  peer_present: true,
  peer_audio: true,
  peer_video: true,
  connected_at_ms: null,
  mode: "direct",
  interrupted_at_ms: null,
  ...change,
});

const queue = (ringing: boolean): PatientEvent => ({
  ...HEAD,
  type: "queue.changed",
  ringing,
  wait: WAIT,
});
const started = (generation: number): PatientEvent => ({
  ...HEAD,
  type: "call.started",
  setup: setup(generation),
  practitioner: CARD,
  description: null,
});
const visit = (to: "waiting" | "in_progress" | "wrap_up" | "signed"): PatientEvent => ({
  ...HEAD,
  type: "visit.changed",
  encounter_id: "encounter",
  visit: to,
});

const after = (...events: PatientEvent[]): Live => events.reduce(reduceLive, NOTHING_LIVE);

test("a change of the queue means that this patient waits", () => {
  expect(after(queue(true))).toMatchObject({ visit: "waiting", ringing: true, wait: WAIT });
});

test("a yes to queue.join is believed at once, and later news is not undone by it", () => {
  expect(joined(NOTHING_LIVE).visit).toBe("waiting");
  expect(joined(after(started(1))).visit).toBe("in_progress");
});

test("a started call ends the ringing and says who answered", () => {
  const live = after(queue(true), started(1));
  expect(live).toMatchObject({ visit: "in_progress", ringing: false, practitioner: CARD });
  expect(live.setup?.generation).toBe(1);
});

test("a late change of the queue does not end a call", () => {
  expect(after(started(1), queue(false)).visit).toBe("in_progress");
});

test("word of an older generation is ignored", () => {
  const old: PatientEvent = {
    ...HEAD,
    type: "call.changed",
    call: call(1, { state: "failed" }),
  };
  expect(after(started(2), old).call).toBeNull();
});

test("a clinician who drops out takes the call and the card along", () => {
  const live = after(started(1), visit("waiting"));
  expect(live).toMatchObject({ visit: "waiting", setup: null, practitioner: null });
});

test("after the call the clinician's name stays", () => {
  expect(after(started(1), visit("wrap_up"))).toMatchObject({
    setup: null,
    practitioner: CARD,
  });
});

test("a sync replaces everything", () => {
  const sync: PatientEvent = {
    ...HEAD,
    type: "patient.sync",
    encounter_id: "encounter",
    visit: "waiting",
    ringing: false,
    wait: null,
    practitioner: null,
    setup: null,
    call: null,
  };
  expect(after(started(3), sync)).toEqual({ ...NOTHING_LIVE, visit: "waiting" });
});

const said = (wait: WaitEstimate | null): ReturnType<typeof waitSentence> =>
  waitSentence(wait, (ms) => `at ${ms}`);

test("the wait is a range, or says honestly that nobody is there", () => {
  expect(said(WAIT)).toEqual({ key: "wait.range", values: { low: 1, high: 3 } });
  expect(said({ ...WAIT, low_min: 0, high_min: 1 }).key).toBe("wait.short");
  expect(said({ ...WAIT, low_min: 2, high_min: 2 })).toEqual({
    key: "wait.about",
    values: { count: 2 },
  });
  expect(said({ ...WAIT, kind: "nobody_on_duty" }).key).toBe("wait.nobody_on_duty");
  expect(said(null).key).toBe("wait.unknown");
});

test("with nobody on duty the time is told where one is known", () => {
  const nobody: WaitEstimate = { ...WAIT, kind: "nobody_on_duty", opens_at_ms: 7 };
  expect(said(nobody)).toEqual({ key: "wait.nobody_until", values: { time: "at 7" } });
});

test("whether one may wait is as the socket said last, and outlives a sync", () => {
  const event = {
    ...HEAD,
    type: "admission.changed",
    admitted: false,
    opens_at_ms: 9,
  } as const;
  const live = reduceLive(NOTHING_LIVE, event);
  expect(live.admission).toEqual({ admitted: false, opens_at_ms: 9 });
  expect(joined({ ...live, visit: "left" }).visit).toBe("waiting");
});

test("the word for the call follows both witnesses", () => {
  const signs = { link: null, call: null, socket: "online", hungUp: false } as const;
  expect(callState(signs)).toBe("connecting");
  expect(callState({ ...signs, link: "connected", call: call(1) })).toBe("connected");
  expect(
    callState({ ...signs, link: "connected", call: call(1, { state: "interrupted" }) }),
  ).toBe("reconnecting");
  expect(callState({ ...signs, link: "failed" })).toBe("failed");
  expect(callState({ ...signs, call: call(1, { state: "failed" }) })).toBe("failed");
  expect(callState({ ...signs, call: call(1, { state: "ended" }) })).toBe("left");
  expect(callState({ ...signs, call: call(1), hungUp: true })).toBe("left");
  expect(callState({ ...signs, call: call(1, { peer_present: false }) })).toBe("peerAway");
});
