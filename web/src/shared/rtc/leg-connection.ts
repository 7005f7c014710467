// One connection to the relay. The relay offers, this page answers: sendrecv, without a track,
// and with nothing to encode until the call has begun.
//
// No candidate of this page is told: the relay is a lite agent (RFC 8445, 2.5), has its own
// candidates in the offer, and learns this side's from its checks.

import type { IceServer } from "../protocol/types";
import type { Standing } from "./legs";
import { growWhole, startSmall } from "./picture";
import { place } from "./sending";
import { answerBothWays, newConnection } from "./wire";

const NOTHING = { stream: null, whole: false };

export class LegConnection {
  readonly connection: RTCPeerConnection;
  readonly remote = new MediaStream();
  private readonly goodbye = new AbortController();
  private inbox: Promise<unknown> = Promise.resolve();
  private sends: { readonly stream: MediaStream | null; readonly whole: boolean } = NOTHING;

  constructor(servers: readonly IceServer[], onStanding: (standing: Standing) => void) {
    this.connection = newConnection([...servers]);
    const listening = { signal: this.goodbye.signal };
    const on = (type: string, handler: (event: Event) => void): void =>
      this.connection.addEventListener(type, handler, listening);
    const look = (): void => onStanding(standingOf(this.connection));
    on("iceconnectionstatechange", look);
    on("connectionstatechange", look);
    on("track", (event) => {
      this.remote.addTrack((event as RTCTrackEvent).track);
    });
  }

  /**
   * Apply an offer and return the answer; null when this was closed meanwhile. Offers are
   * applied in their order. Rejects when one cannot be.
   */
  answer(sdp: string): Promise<string | null> {
    const answered = this.inbox.then(() => this.apply(sdp));
    this.inbox = answered.catch(() => undefined);
    return answered;
  }

  /** Send these, small or whole; null: nothing. */
  send(stream: MediaStream | null, whole: boolean): void {
    this.sends = { stream, whole };
    place(this.connection, stream);
    if (whole) {
      growWhole(this.connection);
    } else {
      startSmall(this.connection);
    }
  }

  /** Both see each other: the picture may have its whole size. */
  grow(): void {
    this.sends = { ...this.sends, whole: true };
    growWhole(this.connection);
  }

  /** Packets of the other side that arrived so far; null when it cannot be read. */
  async packets(): Promise<number | null> {
    try {
      let packets = 0;
      const report = await this.connection.getStats();
      report.forEach((entry: { type: string; packetsReceived?: number }) => {
        packets += entry.type === "inbound-rtp" ? (entry.packetsReceived ?? 0) : 0;
      });
      return packets;
    } catch {
      return null;
    }
  }

  close(): void {
    this.goodbye.abort();
    this.connection.close();
  }

  private async apply(sdp: string): Promise<string | null> {
    const { connection, goodbye } = this;
    if (goodbye.signal.aborted) {
      return null;
    }
    const first = connection.remoteDescription === null;
    try {
      await connection.setRemoteDescription({ type: "offer", sdp });
      answerBothWays(connection);
      await connection.setLocalDescription();
    } catch (thrown) {
      if (goodbye.signal.aborted) {
        return null;
      }
      throw thrown;
    }
    if (first) {
      // What was to be sent so far had nothing that could send it.
      this.send(this.sends.stream, this.sends.whole);
    }
    return connection.localDescription?.sdp ?? null;
  }
}

/** ICE is quicker to tell that a path is gone, the whole connection that it is there. */
function standingOf(connection: RTCPeerConnection): Standing {
  const { connectionState: whole, iceConnectionState: ice } = connection;
  if (whole === "failed" || ice === "failed") {
    return "failed";
  }
  if (ice === "disconnected") {
    return "disconnected";
  }
  return whole === "connected" ? "connected" : "connecting";
}
