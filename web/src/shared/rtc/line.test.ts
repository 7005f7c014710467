import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { CallSetup, CallStatus } from "../protocol/types";
import { ATTEMPTS_MAX } from "./attempts";
import { FakeConnection, FakeStream, FakeTrack } from "./fixtures";
import { Line } from "./line";
import type { CallDraft, LinkState } from "./ongoing-call";

const said: CallDraft[] = [];
const states: (LinkState | null)[] = [];
const told: (readonly string[] | null)[] = [];

const line = (): Line =>
  new Line({
    polite: false,
    send: (command) => said.push(command),
    online: () => true,
    onState: (state) => states.push(state),
    onRemoteStream: () => undefined,
    onWords: (words) => told.push(words),
  });

const setup = (mode: CallSetup["mode"], generation = 1): CallSetup => ({
  encounter_id: "e",
  generation,
  polite: false,
  mode,
  connect_limit_s: 10,
  ice_servers: [],
});

const status = (state: CallStatus["state"], generation = 1): CallStatus => ({
  encounter_id: "e",
  generation,
  state,
  reason: null,
  peer_present: true,
  peer_audio: true,
  peer_video: true,
  connected_at_ms: null,
  mode: "relay",
  interrupted_at_ms: null,
});

const camera = (): MediaStream =>
  new FakeStream([new FakeTrack("audio"), new FakeTrack("video")]) as unknown as MediaStream;
const begin = (on: Line, mode: CallSetup["mode"], generation = 1): void =>
  on.begin({ setup: setup(mode, generation), localStream: camera() });
const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
const made = (at: number): FakeConnection => FakeConnection.made[at] as FakeConnection;

async function offer(on: Line, leg: number, encounter_id = "e"): Promise<void> {
  on.onLeg({
    v: 1,
    stream: "s",
    seq: 0,
    type: "leg.offered",
    encounter_id,
    leg,
    restart: 0,
    description: { type: "offer", sdp: `offer ${leg}` },
    ice_servers: [],
  });
  await pass(1);
}

beforeEach(() => {
  said.length = 0;
  states.length = 0;
  told.length = 0;
  FakeConnection.made = [];
  vi.useFakeTimers();
  vi.stubGlobal("RTCPeerConnection", FakeConnection);
  vi.stubGlobal("MediaStream", FakeStream);
  vi.stubGlobal("document", { visibilityState: "visible" });
  vi.stubGlobal("addEventListener", () => undefined);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("with mode relay the legs that were offered are sent over, and nothing is negotiated", async () => {
  const one = line();
  await offer(one, 1);
  begin(one, "relay");
  await pass(1);
  expect(FakeConnection.made).toHaveLength(1);
  expect(made(0).sent).toEqual(["audio", "video"]);
  expect(said.map((each) => each.type)).toEqual(["leg.answer"]);
  one.end();
});

test("with mode relay there is nothing to read aloud", async () => {
  const one = line();
  await offer(one, 1);
  begin(one, "relay");
  one.onLeg({ v: 1, stream: "s", seq: 0, encounter_id: "e", type: "leg.linked", leg: 1 });
  made(0).packetsReceived = 50;
  made(0).stand("connected");
  await pass(600);
  expect(states.at(-1)).toBe("connected");
  expect(told.filter((words) => words !== null)).toEqual([]);
  one.end();
});

test("with mode direct a connection of its own is made and offered", async () => {
  const one = line();
  begin(one, "direct");
  await pass(1);
  expect(said.map((each) => each.type)).toEqual(["call.description"]);
  one.end();
});

test("a call that goes direct instead takes the camera off the relay", async () => {
  const one = line();
  await offer(one, 1);
  begin(one, "relay");
  await pass(1);
  begin(one, "direct", 2);
  await pass(1);
  expect(made(0).sent).toEqual([null, null]);
  expect(made(1).sent).toEqual(["audio", "video"]);
  expect(one.holds(setup("direct", 2))).toBe(true);
  expect(one.holds(setup("relay", 2))).toBe(false);
  one.end();
});

test("an attempt that failed sends nothing more, and the next one goes over the same leg", async () => {
  const one = line();
  await offer(one, 1);
  begin(one, "relay");
  one.onStatus(status("failed"));
  await pass(1);
  expect(states.at(-1)).toBe("failed");
  expect(one.isOpen).toBe(false);
  expect(made(0).sent).toEqual([null, null]);
  begin(one, "relay", 2);
  await pass(1);
  expect(FakeConnection.made).toHaveLength(1);
  expect(made(0).sent).toEqual(["audio", "video"]);
  one.end();
});

test("word of an earlier attempt, or of another encounter, changes nothing", () => {
  const one = line();
  begin(one, "relay", 2);
  one.onStatus(status("failed", 1));
  one.onStatus({ ...status("failed", 2), encounter_id: "other" });
  expect(one.isOpen).toBe(true);
  one.end();
});

test.each(["relay", "direct"] as const)(
  "in mode %s the whole state without a picture that was seen has it said again",
  async (mode) => {
    const one = line();
    await offer(one, 1);
    begin(one, mode, 2);
    await pass(1);
    if (mode === "relay") {
      one.onLeg({ v: 1, stream: "s", seq: 0, encounter_id: "e", type: "leg.linked", leg: 1 });
    }
    one.onWholeState(status("connecting", 2));
    for (const connection of FakeConnection.made) {
      connection.packetsReceived = 50;
    }
    await pass(600);
    one.onWholeState(status("connecting", 1));
    one.onWholeState(status("connecting", 2));
    const seen = said.filter((each) => each.type === "call.first_frame");
    expect(seen).toHaveLength(2);
    one.onWholeState(status("failed", 2));
    expect(one.isOpen).toBe(false);
    one.end();
  },
);

test("a call that is over leaves the legs of somebody who waits again", async () => {
  const one = line();
  await offer(one, 1);
  begin(one, "relay");
  one.hangUp();
  await pass(1);
  expect(made(0).closed).toBe(false);
  expect(one.hasLegs("e")).toBe(true);
  one.end();
  expect(made(0).closed).toBe(true);
});

test("legs of the next patient replace those of the one before", async () => {
  const one = line();
  await offer(one, 1);
  await offer(one, 1, "next");
  expect(made(0).closed).toBe(true);
  expect(one.hasLegs("e")).toBe(false);
  expect(one.hasLegs("next")).toBe(true);
  one.end();
});

test("a server that begins again and again has to wait until a person wants another", async () => {
  const one = line();
  for (let generation = 1; generation <= ATTEMPTS_MAX + 1; generation += 1) {
    begin(one, "direct", generation);
    await pass(1);
  }
  expect(FakeConnection.made).toHaveLength(ATTEMPTS_MAX);
  expect(FakeConnection.made.every((each) => each.closed)).toBe(true);
  expect([states.at(-1), one.isOpen]).toEqual(["failed", false]);
  expect(one.setup?.generation).toBe(ATTEMPTS_MAX + 1);
  one.allowAnother();
  begin(one, "direct", ATTEMPTS_MAX + 2);
  expect(FakeConnection.made).toHaveLength(ATTEMPTS_MAX + 1);
  expect(one.isOpen).toBe(true);
  one.end();
});

test("what was begun a minute ago counts no more, and the relay was never meant", async () => {
  const one = line();
  for (let generation = 1; generation <= ATTEMPTS_MAX; generation += 1) {
    begin(one, "direct", generation);
  }
  begin(one, "relay", ATTEMPTS_MAX + 1);
  expect(one.isOpen).toBe(true);
  await pass(60_000);
  begin(one, "direct", ATTEMPTS_MAX + 2);
  expect(one.isOpen).toBe(true);
  one.end();
});
