// A connection made while it rings: tracks added, the first SdpOffer set, addresses gathered.
// Nothing of it leaves the browser before the accept, which carries the description; who
// passes has shown the other side nothing.

import type { CallSetup, SessionDescription } from "../protocol/types";
import { startSmall } from "./picture";
import { newConnection } from "./wire";

export class WarmOffer {
  readonly connection: RTCPeerConnection;
  /** Kept when there is an offer to take, or none will come. */
  readonly ready: Promise<void>;
  private readonly goodbye = new AbortController();
  private late: RTCIceCandidate[] = [];
  private taken = false;

  constructor(stream: MediaStream, servers: CallSetup["ice_servers"]) {
    this.connection = newConnection(servers);
    for (const track of stream.getTracks()) {
      this.connection.addTrack(track, stream);
    }
    startSmall(this.connection);
    this.connection.addEventListener(
      "icecandidate",
      ({ candidate }) => {
        if (this.taken && candidate !== null) {
          this.late.push(candidate);
        }
      },
      { signal: this.goodbye.signal },
    );
    // What fails here fails again, and is told, when the call begins.
    this.ready = this.connection.setLocalDescription().catch(() => undefined);
  }

  /** The offer with the addresses known so far, to go with the accept; null if not ready. */
  take(): SessionDescription | null {
    const description = this.connection.localDescription;
    if (description === null || description.type !== "offer") {
      return null;
    }
    this.taken = true;
    return { type: "offer", sdp: description.sdp };
  }

  /** Whether the description went out with an accept. */
  get wasTaken(): boolean {
    return this.taken;
  }

  /** Hand the connection over; returns the addresses that were found after `take`. */
  adopt(): readonly RTCIceCandidate[] {
    this.goodbye.abort();
    return this.late;
  }

  close(): void {
    this.goodbye.abort();
    this.connection.close();
  }
}
