// Watches how well a call goes, over whatever connection carries it now: an edge.
//
// Every two seconds the connection is asked for its statistics, `call-quality.ts` judges them,
// and the step of the ladder is told to the sender (`picture.ts`). A connection that takes
// another's place keeps the step; its counters begin anew.

import { type CallQuality, looked, type Meant, UNMEASURED, unknown } from "./call-quality";
import { readCounters } from "./counters";
import { sendAt, wishOf } from "./picture";

export const LOOK_EVERY_MS = 2_000;

export interface QualityWatchOptions {
  /** What the call sends and receives: by the switches of both people. */
  readonly meant: () => Pick<Meant, "camera" | "peerCamera">;
  readonly onQuality: (quality: CallQuality) => void;
}

export class QualityWatch {
  private quality: CallQuality = UNMEASURED;
  private connection: RTCPeerConnection | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  // A look that was begun before `stop` must not come back to life after it.
  private round = 0;

  constructor(
    private readonly getConnection: () => RTCPeerConnection | null,
    private readonly options: QualityWatchOptions,
  ) {}

  /** A call begins, or goes on over another connection. */
  start(): void {
    if (this.timer === undefined) {
      this.lookLater();
    }
  }

  /** The call is over: the next one begins with a whole picture. */
  stop(): void {
    this.round += 1;
    clearTimeout(this.timer);
    this.timer = undefined;
    this.connection = null;
    this.tell(UNMEASURED);
  }

  private lookLater(): void {
    const { round } = this;
    this.timer = setTimeout(async () => {
      const quality = await this.look();
      if (round === this.round) {
        this.tell(quality);
        this.lookLater();
      }
    }, LOOK_EVERY_MS);
  }

  private async look(): Promise<CallQuality> {
    const connection = this.getConnection();
    if (connection !== this.connection) {
      this.connection = connection;
      this.quality = unknown(this.quality);
    }
    if (connection === null || connection.connectionState !== "connected") {
      return unknown(this.quality);
    }
    const report = await connection.getStats().catch(() => null);
    if (report === null) {
      return unknown(this.quality);
    }
    const quality = looked(this.quality, readCounters(report.values(), performance.now()), {
      ...this.options.meant(),
      visible: document.visibilityState === "visible",
      wish: wishOf(connection),
    });
    sendAt(connection, quality.ladder.rung);
    return quality;
  }

  private tell(quality: CallQuality): void {
    if (quality !== this.quality) {
      this.quality = quality;
      this.options.onQuality(quality);
    }
  }
}
