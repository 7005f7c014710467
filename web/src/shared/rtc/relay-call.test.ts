import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { CallSetup, CallStatus, LegOffered } from "../protocol/types";
import { FakeConnection, FakeStream, FakeTrack } from "./fixtures";
import type { CallDraft, LinkState } from "./ongoing-call";
import { RelayCall } from "./relay-call";

const SETUP: CallSetup = {
  encounter_id: "e",
  generation: 1,
  polite: true,
  mode: "relay",
  connect_limit_s: 10,
  ice_servers: [],
};
const STATUS: CallStatus = {
  encounter_id: "e",
  generation: 1,
  state: "connected",
  reason: null,
  peer_present: true,
  peer_audio: true,
  peer_video: true,
  connected_at_ms: 1,
  mode: "relay",
  interrupted_at_ms: null,
};

const said: CallDraft[] = [];
const states: LinkState[] = [];
const shown: unknown[] = [];
let online = true;

const call = (): RelayCall =>
  new RelayCall("e", { send: (command) => said.push(command), online: () => online });

function offer(leg: number, restart = 0, sdp = `offer ${leg}.${restart}`): LegOffered {
  return {
    v: 1,
    stream: "s",
    seq: 0,
    type: "leg.offered",
    encounter_id: "e",
    leg,
    restart,
    description: { type: "offer", sdp },
    ice_servers: [],
  };
}

function tell(type: "leg.linked", leg: number) {
  return { v: 1, stream: "s", seq: 0, encounter_id: "e", type, leg } as const;
}

const camera = (): MediaStream =>
  new FakeStream([new FakeTrack("audio"), new FakeTrack("video")]) as unknown as MediaStream;

function begin(relay: RelayCall): void {
  relay.begin({
    setup: SETUP,
    localStream: camera(),
    onState: (state) => states.push(state),
    onRemoteStream: (stream) => shown.push(stream),
  });
}

const made = (at: number): FakeConnection => FakeConnection.made[at] as FakeConnection;
const types = (): string[] => said.map((each) => each.type);
const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

/** A call that goes on over leg 1. */
async function going(): Promise<RelayCall> {
  const relay = call();
  relay.onLeg(offer(1));
  await pass(1);
  made(0).stand("connected");
  begin(relay);
  relay.onLeg(tell("leg.linked", 1));
  made(0).packetsReceived = 50;
  await pass(600);
  relay.onStatus(STATUS);
  said.length = 0;
  return relay;
}

beforeEach(() => {
  said.length = 0;
  states.length = 0;
  shown.length = 0;
  online = true;
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

test("a leg is answered both ways and with nothing to send", async () => {
  call().onLeg(offer(1));
  await pass(1);
  expect(said).toEqual([
    {
      type: "leg.answer",
      encounter_id: "e",
      leg: 1,
      restart: 0,
      description: { type: "answer", sdp: "answer to offer 1.0" },
    },
  ]);
  expect(made(0).transceivers.map((each) => each.direction)).toEqual(["sendrecv", "sendrecv"]);
  expect(made(0).sent).toEqual([null, null]);
  const active = made(0).transceivers.map((each) => each.sender.encodings[0]?.active);
  expect(active).toEqual([false, false]);
});

test("the camera goes out the moment that the call begins", async () => {
  const relay = call();
  relay.onLeg(offer(1));
  await pass(1);
  begin(relay);
  expect(made(0).sent).toEqual(["audio", "video"]);
});

test("a call that begins while a leg is being answered is sent over it all the same", async () => {
  const relay = call();
  relay.onLeg(offer(1));
  begin(relay);
  await pass(1);
  expect(made(0).sent).toEqual(["audio", "video"]);
});

test("the first frame is reported once, whichever legs follow", async () => {
  const relay = await going();
  expect(states).toEqual(["connected"]);
  relay.onLeg(offer(2));
  await pass(1);
  made(1).stand("connected");
  relay.onLeg(tell("leg.linked", 2));
  made(1).packetsReceived = 10;
  await pass(600);
  expect(types().filter((each) => each.startsWith("call."))).toEqual([]);
});

test("a replacement is sent to when it is connected, and shown before the old one goes", async () => {
  const relay = await going();
  relay.onLeg(offer(2));
  await pass(1);
  expect(made(1).sent).toEqual([null, null]);
  made(1).stand("connected");
  expect(made(1).sent).toEqual(["audio", "video"]);
  expect(made(0).closed).toBe(false);
  relay.onLeg(tell("leg.linked", 2));
  expect(new Set(shown).size).toBe(2);
  expect(made(0).closed).toBe(true);
  expect(made(1).closed).toBe(false);
});

test("an ICE restart is answered by the same connection", async () => {
  const relay = await going();
  relay.onLeg(offer(1, 1));
  await pass(1);
  expect(FakeConnection.made).toHaveLength(1);
  expect(said).toMatchObject([{ type: "leg.answer", leg: 1, restart: 1 }]);
});

test("a second of silence is told, and after two the picture counts as interrupted", async () => {
  const relay = await going();
  await pass(3_000);
  expect(said).toContainEqual({
    type: "leg.refresh",
    encounter_id: "e",
    leg: 1,
    reason: "stalled",
  });
  expect(types()).toContain("call.interrupted");
  expect(states).toEqual(["connected", "reconnecting"]);
  made(0).packetsReceived += 50;
  await pass(600);
  expect(types()).toContain("call.recovered");
  expect(states.at(-1)).toBe("connected");
  relay.drop();
});

test("a server that took over and waits for the first picture is told of it again", async () => {
  const relay = await going();
  relay.onWholeState("connected");
  expect(said).toEqual([]);
  relay.onWholeState("connecting");
  expect(said).toMatchObject([{ type: "call.first_frame", encounter_id: "e", generation: 1 }]);
  expect(states).toEqual(["connected"]);
  relay.drop();
  relay.onWholeState("connecting");
  expect(said).toHaveLength(1);
});

test("nothing is asked for while the socket is away, and then it is", async () => {
  const relay = await going();
  online = false;
  made(0).stand("disconnected");
  await pass(10);
  expect(types()).not.toContain("leg.refresh");
  online = true;
  relay.onSocketReconnected();
  expect(said.at(-1)).toMatchObject({ type: "leg.refresh", reason: "socket" });
});

test("an offer that cannot be applied is told", async () => {
  call().onLeg(offer(1, 0, "nonsense"));
  await pass(1);
  expect(said).toEqual([
    { type: "leg.failed", encounter_id: "e", leg: 1, reason: "description_rejected" },
  ]);
  expect(made(0).closed).toBe(true);
});

test("after an attempt nothing is sent over the legs that stay", async () => {
  const relay = await going();
  relay.close();
  await pass(1);
  expect(made(0).closed).toBe(false);
  expect(made(0).sent).toEqual([null, null]);
  expect(states.at(-1)).toBe("closed");
});

test("when all is over, every connection is closed", async () => {
  const relay = await going();
  relay.onLeg(offer(2));
  relay.drop();
  await pass(1);
  expect(FakeConnection.made.every((each) => each.closed)).toBe(true);
  expect(relay.hasLegs).toBe(false);
});
