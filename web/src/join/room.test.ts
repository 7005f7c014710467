import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { SocketOptions, SocketState } from "../shared/protocol/socket";
import type { Ack, CallSetup, CallStatus, PatientEvent } from "../shared/protocol/types";
import { FakeConnection, FakeStream, FakeTrack } from "../shared/rtc/fixtures";
import { Room } from "./room";

type Sent = { readonly type: string };

/** The server's end of the page's one socket. */
const server = {
  sent: [] as Sent[],
  acks: [] as ((ack: Ack) => void)[],
  tell: (_event: PatientEvent): void => undefined,
  line: (_state: SocketState): void => undefined,
};
vi.mock("../shared/protocol/socket", () => ({
  connectSocket: (options: SocketOptions<PatientEvent>) => {
    server.tell = options.onEvent;
    server.line = (state) => options.onState?.(state, null);
    return {
      send: (command: Sent) => {
        server.sent.push(command);
        return new Promise<Ack>((resolve) => server.acks.push(resolve));
      },
      close: () => undefined,
    };
  },
}));

const cameras: FakeTrack[] = [];
const lit = (): boolean => cameras.some((each) => each.readyState === "live");
const said = (type: string): number => server.sent.filter((one) => one.type === type).length;
const settled = (): Promise<unknown> => new Promise((resolve) => setTimeout(resolve));

const HEAD = { v: 1, stream: "s", seq: 1 } as const;
const setup = (generation: number, mode: CallSetup["mode"]): CallSetup => ({
  encounter_id: "e",
  generation,
  polite: true,
  mode,
  connect_limit_s: 10,
  ice_servers: [],
});
const status = (generation: number, state: CallStatus["state"]): CallStatus => ({
  encounter_id: "e",
  generation,
  state,
  reason: null,
  peer_present: true,
  peer_audio: true,
  peer_video: true,
  connected_at_ms: null,
  mode: "direct",
  interrupted_at_ms: null,
});

/** The server tells everything, as after each connection. */
function sync(generation: number, state: CallStatus["state"], mode: CallSetup["mode"]): void {
  server.tell({
    ...HEAD,
    type: "patient.sync",
    visit: "in_progress",
    ringing: false,
    wait: null,
    practitioner: null,
    setup: setup(generation, mode),
    call: status(generation, state),
  } as PatientEvent);
}

function started(generation: number, mode: CallSetup["mode"]): void {
  server.tell({
    ...HEAD,
    type: "call.started",
    setup: setup(generation, mode),
    practitioner: null,
    description: null,
  });
}

/** A call that goes on, and then the page without a connection. */
async function inCallAndOffline(mode: CallSetup["mode"]): Promise<Room> {
  const room = new Room({
    onVisit: () => undefined,
    onReplaced: () => undefined,
    onSessionEnded: () => undefined,
  });
  room.connect();
  server.line("online");
  started(1, mode);
  await settled();
  expect(lit()).toBe(true);
  server.line("offline");
  return room;
}

beforeEach(() => {
  server.sent.length = 0;
  server.acks.length = 0;
  cameras.length = 0;
  FakeConnection.made = [];
  const getUserMedia = (): Promise<FakeStream> => {
    const tracks = [new FakeTrack("audio"), new FakeTrack("video")];
    cameras.push(...tracks);
    return Promise.resolve(new FakeStream(tracks));
  };
  vi.stubGlobal("RTCPeerConnection", FakeConnection);
  vi.stubGlobal("MediaStream", FakeStream);
  vi.stubGlobal("navigator", { userAgent: "", mediaDevices: { getUserMedia } });
  vi.stubGlobal("document", Object.assign(new EventTarget(), { visibilityState: "visible" }));
  vi.stubGlobal("addEventListener", () => undefined);
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("no network")));
});
afterEach(() => void vi.unstubAllGlobals());

test.each(["direct", "relay"] as const)(
  "whoever hung up without a connection stays out of the call when it is back (%s)",
  async (mode) => {
    const room = await inCallAndOffline(mode);
    room.hangUp();
    expect(lit()).toBe(false);
    server.line("online");
    sync(1, "connected", mode);
    await settled();
    expect([lit(), said("call.retry"), said("call.hang_up")]).toEqual([false, 0, 1]);
    expect(room.hungUp.covers(setup(1, mode))).toBe(true);
    room.close();
  },
);

test("an attempt that the server began before it heard of the hang-up opens no camera", async () => {
  const room = await inCallAndOffline("direct");
  room.hangUp();
  const answered = server.acks.at(-1);
  server.line("online");
  sync(2, "connecting", "direct");
  started(2, "direct");
  answered?.({ ok: true } as Ack);
  await settled();
  sync(2, "connecting", "direct");
  await settled();
  expect([lit(), said("call.retry")]).toEqual([false, 0]);
  room.close();
});

test("who comes back to the call is in it again, and so is whoever is called anew", async () => {
  for (const again of ["by the patient", "by the clinician"] as const) {
    const room = await inCallAndOffline("direct");
    server.line("online");
    room.hangUp();
    server.acks.at(-1)?.({ ok: true } as Ack);
    await settled();
    if (again === "by the patient") {
      void room.retry();
      await settled();
      expect(said("call.retry")).toBe(1);
    }
    started(2, "direct");
    await settled();
    expect([lit(), room.hungUp.covers(setup(2, "direct"))]).toEqual([true, false]);
    room.close();
    expect(lit()).toBe(false);
  }
});

test("a page that lost its half, and did not hang up, begins the call anew", async () => {
  const room = new Room({
    onVisit: () => undefined,
    onReplaced: () => undefined,
    onSessionEnded: () => undefined,
  });
  room.connect();
  server.line("online");
  sync(1, "connected", "direct");
  await settled();
  expect([lit(), said("call.retry")]).toEqual([true, 1]);
  room.close();
});
