// Watches how well a call goes, over whatever connection carries it now: an edge.
//
// Every two seconds the connection is asked for its statistics, `call-quality.ts` judges them,
// and the step of the ladder is told to the sender (`picture.ts`). A connection that takes
// another's place keeps the step; its counters begin anew.

import { type ReadonlySignal, signal } from "@preact/signals";
import { type CallQuality, looked, type Meant, UNMEASURED, unknown } from "./call-quality";
import { readCounters } from "./counters";
import { sendAt, wishOf } from "./picture";

export const LOOK_EVERY_MS = 2_000;

export class QualityWatch {
  private readonly qualitySignal = signal<CallQuality>(UNMEASURED);
  private connection: RTCPeerConnection | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  // A look that was begun before `stop` must not come back to life after it.
  private round = 0;

  /** `meant`: what the call sends and receives, by the switches of both people. */
  constructor(
    private readonly getConnection: () => RTCPeerConnection | null,
    private readonly meant: () => Pick<Meant, "camera" | "peerCamera">,
  ) {}

  /** How well the call goes, in both directions. */
  get shown(): ReadonlySignal<CallQuality> {
    return this.qualitySignal;
  }

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
    this.qualitySignal.value = UNMEASURED;
  }

  private lookLater(): void {
    const { round } = this;
    this.timer = setTimeout(async () => {
      const quality = await this.look();
      if (round === this.round) {
        this.qualitySignal.value = quality;
        this.lookLater();
      }
    }, LOOK_EVERY_MS);
  }

  private async look(): Promise<CallQuality> {
    const connection = this.getConnection();
    const known = this.qualitySignal.value;
    const before = connection === this.connection ? known : unknown(known);
    this.connection = connection;
    if (connection?.connectionState !== "connected") {
      return unknown(before);
    }
    const report = await connection.getStats().catch(() => null);
    if (report === null) {
      return unknown(before);
    }
    const quality = looked(before, readCounters(report.values(), performance.now()), {
      ...this.meant(),
      visible: document.visibilityState === "visible",
      wish: wishOf(connection),
    });
    sendAt(connection, quality.ladder.rung);
    return quality;
  }
}
