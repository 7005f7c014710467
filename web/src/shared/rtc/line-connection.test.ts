import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { CallSetup, LegOffered } from "../protocol/types";
import { FakeConnection, FakeStream, FakeTrack } from "./fixtures";
import { Line } from "./line";

const SETUP: CallSetup = {
  encounter_id: "e",
  generation: 1,
  polite: true,
  mode: "relay",
  connect_limit_s: 10,
  ice_servers: [],
};
const HEAD = { v: 1, stream: "s", seq: 0, encounter_id: "e" } as const;

const offered = (leg: number): LegOffered => ({
  ...HEAD,
  type: "leg.offered",
  leg,
  restart: 0,
  description: { type: "offer", sdp: `offer ${leg}` },
  ice_servers: [],
});

async function connect(line: Line, leg: number): Promise<void> {
  line.onLeg(offered(leg));
  await vi.advanceTimersByTimeAsync(1);
  FakeConnection.made.at(-1)?.stand("connected");
}

beforeEach(() => {
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

test("what carries a call is the leg that is linked, then the one that replaced it", async () => {
  const line = new Line({
    polite: true,
    send: () => undefined,
    online: () => true,
    onState: () => undefined,
    onRemoteStream: () => undefined,
    onWords: () => undefined,
  });
  await connect(line, 1);
  expect(line.connection).toBeNull();
  const camera = new FakeStream([new FakeTrack("audio"), new FakeTrack("video")]);
  line.begin({ setup: SETUP, localStream: camera as unknown as MediaStream });
  expect(line.connection).toBeNull();
  line.onLeg({ ...HEAD, type: "leg.linked", leg: 1 });
  expect(line.connection).toBe(FakeConnection.made[0]);
  await connect(line, 2);
  expect(line.connection).toBe(FakeConnection.made[0]);
  line.onLeg({ ...HEAD, type: "leg.linked", leg: 2 });
  expect(line.connection).toBe(FakeConnection.made[1]);
  line.hangUp();
  expect(line.connection).toBeNull();
});
