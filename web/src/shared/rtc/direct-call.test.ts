// A direct call and certificates: which may be told when, and what is made of them.

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { CallFailed, CallSetup } from "../protocol/types";
import { FakeConnection, FakeStream, FakeTrack } from "./fixtures";
import { Line } from "./line";
import type { CallDraft, LinkState } from "./ongoing-call";
import { spokenWords } from "./spoken-words";

const said: CallDraft[] = [];
const states: (LinkState | null)[] = [];
let words: readonly string[] | null = null;

const certificate = (pair: string): string =>
  `\r\na=fingerprint:sha-256 ${Array.from({ length: 32 }, () => pair).join(":")}`;
const OWN = certificate("0A");
const THEIRS = certificate("0B");
const ANOTHER = certificate("0C");

/** One whose descriptions name its certificate, as those of browsers do. */
class Certified extends FakeConnection {
  override certificate = OWN;
}

const pageOf = (side: "patient" | "practitioner"): Line =>
  new Line({
    polite: side === "patient",
    send: (command) => said.push(command),
    online: () => true,
    onState: (state) => states.push(state),
    onRemoteStream: () => undefined,
    onWords: (told) => {
      words = told;
    },
  });

const setup = (generation: number, polite: boolean): CallSetup => ({
  encounter_id: "e",
  generation,
  polite,
  mode: "direct",
  connect_limit_s: 10,
  ice_servers: [],
});

function begin(line: Line, generation = 1, polite = true): void {
  const camera = new FakeStream([new FakeTrack("audio"), new FakeTrack("video")]);
  const localStream = camera as unknown as MediaStream;
  line.begin({ setup: setup(generation, polite), localStream });
}

const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
const last = (): FakeConnection => FakeConnection.made.at(-1) as FakeConnection;
const failures = (): readonly CallFailed["reason"][] =>
  said.flatMap((each) => (each.type === "call.failed" ? [each.reason] : []));

async function hear(line: Line, sdp: string, generation = 1): Promise<void> {
  line.onPeer({
    v: 1,
    stream: "s",
    seq: 0,
    type: "peer.description",
    encounter_id: "e",
    generation,
    description: { type: "offer", sdp },
  });
  await pass(1);
}

/** The path and the handshake stand, and a picture has come. */
async function connect(): Promise<void> {
  last().packetsReceived = 50;
  last().become("connected", "connected");
  await pass(600);
}

beforeEach(() => {
  said.length = 0;
  states.length = 0;
  words = null;
  FakeConnection.made = [];
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] });
  vi.stubGlobal("RTCPeerConnection", Certified);
  vi.stubGlobal("MediaStream", FakeStream);
  vi.stubGlobal("document", { visibilityState: "visible" });
  vi.stubGlobal("addEventListener", () => undefined);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("a patient's page shows its certificate to nobody whose own it has not seen, even if the server would have it begin", async () => {
  const page = pageOf("patient");
  begin(page, 1, false);
  last().dispatchEvent(new Event("negotiationneeded"));
  page.onSocketReconnected();
  await pass(20);
  expect(said).toEqual([]);
  await hear(page, `offer${THEIRS}`);
  expect(said.map((each) => each.type)).toEqual(["call.description"]);
  page.end();
});

test("a practitioner's page begins, even if the server would have it wait", async () => {
  const page = pageOf("practitioner");
  begin(page, 1, true);
  await pass(1);
  expect(said.map((each) => each.type)).toEqual(["call.description"]);
  page.end();
});

test("another certificate in the same attempt is somebody else's, whatever it is for", async () => {
  const page = pageOf("patient");
  begin(page);
  await hear(page, `offer${THEIRS}`);
  await hear(page, `offer again${THEIRS}`);
  expect(failures()).toEqual([]);
  await hear(page, `offer again${ANOTHER}`);
  expect(failures()).toEqual(["fingerprint_mismatch"]);
  expect(last().remoteDescription?.sdp).toBe(`offer again${THEIRS}`);
  expect(last().closed).toBe(true);
  expect(states.at(-1)).toBe("failed");
});

test.each([
  ["none", "offer"],
  ["two", `offer${THEIRS}${ANOTHER}`],
])("a description with %s is refused before anything is made of it", async (_, sdp) => {
  const page = pageOf("patient");
  begin(page);
  await hear(page, sdp);
  expect(failures()).toEqual(["description_rejected"]);
  expect(last().remoteDescription).toBeNull();
});

test.each(["connected", "completed"])(
  "a handshake that fails while ICE is %s ends the attempt at once, once, and for that reason",
  async (ice) => {
    const page = pageOf("patient");
    begin(page);
    await hear(page, `offer${THEIRS}`);
    last().become(ice, "connecting");
    expect(failures()).toEqual([]);
    last().become(ice, "failed");
    expect(failures()).toEqual(["fingerprint_mismatch"]);
    expect(last().closed).toBe(true);
    expect(states.at(-1)).toBe("failed");
    expect(page.isOpen).toBe(false);
  },
);

test("a path that is not found is no matter of certificates", async () => {
  const page = pageOf("patient");
  begin(page);
  await hear(page, `offer${THEIRS}`);
  last().become("failed", "failed");
  expect(failures()).toEqual(["ice_failed"]);
});

test("a path that is lost in a call is looked for again", async () => {
  const page = pageOf("patient");
  begin(page);
  await hear(page, `offer${THEIRS}`);
  await connect();
  last().become("disconnected", "disconnected");
  expect(states.at(-1)).toBe("reconnecting");
  last().become("failed", "failed");
  expect(failures()).toEqual([]);
  expect(last().restarts).toBe(1);
  page.end();
});

test("the words are there when both see each other, and gone with the attempt", async () => {
  const page = pageOf("patient");
  begin(page);
  await hear(page, `offer${THEIRS}`);
  await pass(600);
  expect(words).toBeNull();
  await connect();
  const of = (generation: number): Promise<readonly string[]> =>
    spokenWords({
      encounterId: "e",
      generation,
      fingerprints: ["0a".repeat(32), "0b".repeat(32)],
    });
  const first = await of(1);
  await vi.waitFor(() => expect(words).toEqual(first));
  begin(page, 2);
  expect(words).toBeNull();
  await hear(page, `offer${THEIRS}`, 2);
  await connect();
  const second = await of(2);
  await vi.waitFor(() => expect(words).toEqual(second));
  expect(second).not.toEqual(first);
  page.hangUp();
  expect(words).toBeNull();
});

test("whoever reads other words ends the attempt for both, and may try again", async () => {
  const page = pageOf("practitioner");
  page.differ();
  expect(said).toEqual([]);
  begin(page, 3);
  await pass(1);
  page.differ();
  page.differ();
  expect(failures()).toEqual(["fingerprint_mismatch"]);
  expect(said.at(-1)).toMatchObject({ encounter_id: "e", generation: 3 });
  expect(last().closed).toBe(true);
  expect(states.at(-1)).toBe("failed");
  begin(page, 4);
  expect(page.isOpen).toBe(true);
  page.end();
});
