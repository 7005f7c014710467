// The other side's candidates, added in their order: those that come before its description wait.

import type { IceCandidate } from "../protocol/types";
import { asRtcCandidate } from "./wire";

const EARLY_MAX = 64;

export class RemoteCandidates {
  private readonly connection: RTCPeerConnection;
  private early: IceCandidate[] = [];

  constructor(connection: RTCPeerConnection) {
    this.connection = connection;
  }

  async take(candidate: IceCandidate): Promise<void> {
    if (this.connection.remoteDescription === null) {
      if (this.early.length < EARLY_MAX) {
        this.early.push(candidate);
      }
      return;
    }
    try {
      await this.connection.addIceCandidate(asRtcCandidate(candidate));
    } catch {
      // One candidate that cannot be used is no reason to end a call; an ignored offer's
      // candidates are expected to fail here.
    }
  }

  /** Add those that waited: the description is there. */
  async release(): Promise<void> {
    const early = this.early;
    this.early = [];
    for (const candidate of early) {
      await this.take(candidate);
    }
  }
}
