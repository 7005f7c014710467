import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type CallQuality, UNMEASURED } from "./call-quality";
import { LOOK_EVERY_MS, QualityWatch } from "./quality-watch";

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("document", { visibilityState: "visible" });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** A connection over a path that loses `lost` of what is sent, and a camera of 30 a second. */
class Connection {
  connectionState = "connected";
  lost = 0;
  looks = 0;
  encoding: RTCRtpEncodingParameters = { active: true };
  private readonly sender = {
    getParameters: () => ({ encodings: [{ ...this.encoding }] }),
    setParameters: async ({ encodings }: { encodings: RTCRtpEncodingParameters[] }) => {
      this.encoding = { ...encodings[0] };
    },
  };

  getTransceivers() {
    return [{ receiver: { track: { kind: "video" } }, sender: this.sender }];
  }

  async getStats(): Promise<Map<string, object>> {
    this.looks += 1;
    const now = performance.now();
    const count = Math.round(now * 0.05);
    const { scaleResolutionDownBy: by = 1, maxFramerate = 30 } = this.encoding;
    const size = { frameWidth: 1_280 / by, frameHeight: 720 / by };
    const entries = [
      { type: "inbound-rtp", kind: "audio", packetsReceived: count, jitter: 0.001 },
      {
        type: "inbound-rtp",
        kind: "video",
        packetsReceived: count,
        framesDecoded: Math.round(now * 0.03),
        frameWidth: 1_280,
        frameHeight: 720,
      },
      { type: "outbound-rtp", kind: "audio", packetsSent: count, timestamp: now },
      {
        type: "outbound-rtp",
        kind: "video",
        packetsSent: count,
        framesEncoded: Math.round((now * maxFramerate) / 1_000),
        timestamp: now,
        ...size,
      },
      { type: "remote-inbound-rtp", kind: "audio", timestamp: now, fractionLost: this.lost },
      { type: "media-source", kind: "video", framesPerSecond: 30, width: 1_280, height: 720 },
    ];
    return new Map(entries.map((entry, index) => [`${index}`, entry]));
  }
}

function watching(first: Connection | null) {
  const scene = {
    connection: first,
    get told(): CallQuality {
      return watch.shown.value;
    },
  };
  const watch = new QualityWatch(
    () => scene.connection as unknown as RTCPeerConnection | null,
    () => ({ camera: true, peerCamera: true }),
  );
  const pass = (looks: number): Promise<unknown> =>
    vi.advanceTimersByTimeAsync(looks * LOOK_EVERY_MS);
  return { scene, watch, pass };
}

test("both directions are told, and nothing is before it starts", async () => {
  const { scene, watch, pass } = watching(new Connection());
  await pass(5);
  expect(scene.told).toBe(UNMEASURED);
  watch.start();
  watch.start();
  await pass(3);
  expect(scene.told).toMatchObject({ sent: { grade: "good" }, received: { grade: "good" } });
  expect(scene.connection?.looks).toBe(3);
  watch.stop();
});

test("the sender is told less on a weak path, never nothing, and all again later", async () => {
  const connection = new Connection();
  const { watch, pass } = watching(connection);
  watch.start();
  connection.lost = 0.4;
  await pass(8);
  expect(connection.encoding).toMatchObject({ active: true, scaleResolutionDownBy: 2 });
  await pass(40);
  expect(connection.encoding).toMatchObject({ active: true, maxFramerate: 12 });
  connection.lost = 0;
  await pass(30);
  expect(connection.encoding).toMatchObject({ scaleResolutionDownBy: 1, maxFramerate: 30 });
  watch.stop();
});

test("a connection that takes another's place is told the same step", async () => {
  const { scene, watch, pass } = watching(new Connection());
  watch.start();
  if (scene.connection !== null) scene.connection.lost = 0.4;
  await pass(8);
  const other = new Connection();
  scene.connection = other;
  await pass(1);
  expect(scene.told.sent.grade).toBeNull();
  expect(other.encoding).toMatchObject({ scaleResolutionDownBy: 2, maxBitrate: 600_000 });
  watch.stop();
});

test("without a connection, or one that stands, nothing is known", async () => {
  const { scene, watch, pass } = watching(null);
  watch.start();
  await pass(3);
  expect(scene.told.received.grade).toBeNull();
  const connection = new Connection();
  scene.connection = connection;
  await pass(3);
  expect(scene.told.received.grade).toBe("good");
  connection.connectionState = "disconnected";
  await pass(1);
  expect(scene.told.received.grade).toBeNull();
  watch.stop();
});

test("after its end nothing is looked at, and the next call begins whole", async () => {
  const connection = new Connection();
  const { scene, watch, pass } = watching(connection);
  watch.start();
  connection.lost = 0.4;
  await pass(8);
  expect(scene.told.ladder.rung).toBe("lower_resolution");
  watch.stop();
  const { looks } = connection;
  expect(scene.told).toBe(UNMEASURED);
  await pass(5);
  expect(connection.looks).toBe(looks);
  scene.connection = new Connection();
  watch.start();
  await pass(2);
  expect(scene.told.ladder.rung).toBe("full");
  watch.stop();
});
