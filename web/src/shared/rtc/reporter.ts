// Reports what a direct call receives, once a second: without a relay nobody in between sees it.
// Edge: polls `getStats`; what a second amounts to is decided in `tally`.

import type { CallSetup } from "../protocol/types";
import type { CallDraft } from "./ongoing-call";
import { BEGUN, type Look, look, type Tally } from "./tally";

// Eight looks a second: enough steps to compare frame sizes, and a fraction of a percent of CPU.
const LOOK_MS = 125;

export class Reporter {
  private readonly connection: RTCPeerConnection;
  private readonly tell: (command: CallDraft) => unknown;
  private readonly encounterId: string;
  private tally: Tally = BEGUN;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private stopped = false;

  constructor(
    connection: RTCPeerConnection,
    setup: CallSetup,
    tell: (command: CallDraft) => unknown,
  ) {
    this.connection = connection;
    this.encounterId = setup.encounter_id;
    this.tell = tell;
    this.lookLater();
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private lookLater(): void {
    this.timer = setTimeout(async () => {
      const seen = await lookAt(this.connection);
      if (this.stopped) {
        return;
      }
      if (seen === null) {
        this.tally = BEGUN;
      } else {
        this.take(seen);
      }
      this.lookLater();
    }, LOOK_MS);
  }

  private take(seen: Look): void {
    const { tally, figures } = look(this.tally, seen);
    this.tally = tally;
    if (figures !== null) {
      this.tell({ type: "call.report", encounter_id: this.encounterId, ...figures });
    }
  }
}

interface Inbound {
  readonly type: string;
  readonly kind?: string;
  readonly audioLevel?: unknown;
  readonly [name: string]: unknown;
}

/** The counters as they stand; null while nothing comes in, or nothing can be read. */
async function lookAt(connection: RTCPeerConnection): Promise<Look | null> {
  const found: Record<"audio" | "video", Inbound[]> = { audio: [], video: [] };
  try {
    const report = await connection.getStats();
    report.forEach((entry: Inbound) => {
      if (entry.type === "inbound-rtp" && (entry.kind === "audio" || entry.kind === "video")) {
        found[entry.kind].push(entry);
      }
    });
  } catch {
    return null;
  }
  const { audio, video } = found;
  if (audio.length === 0 && video.length === 0) {
    return null;
  }
  const levels = audio
    .map((entry) => entry.audioLevel)
    .filter((one) => typeof one === "number");
  return {
    at: Date.now(),
    videoPackets: sum(video, "packetsReceived"),
    videoBytes: sum(video, "bytesReceived"),
    resentPackets: sum(video, "retransmittedPacketsReceived"),
    videoLost: sum(video, "packetsLost"),
    videoJitterS: sum(video, "jitter"),
    freezesS: sum(video, "totalFreezesDuration"),
    frames: sum(video, "framesDecoded"),
    keyframes: sum(video, "keyFramesDecoded"),
    audioPackets: sum(audio, "packetsReceived"),
    audioBytes: sum(audio, "bytesReceived"),
    audioLost: sum(audio, "packetsLost"),
    audioJitterS: sum(audio, "jitter"),
    concealedSamples: sum(audio, "silentConcealedSamples"),
    level: levels.length === 0 ? null : Math.max(...levels),
  };
}

function sum(entries: readonly Inbound[], name: string): number {
  return entries.reduce((total, entry) => {
    const value = entry[name];
    return total + (typeof value === "number" ? value : 0);
  }, 0);
}
