// The path of a direct call: looked for again when it is lost, and given up in the end.
//
// A handshake that fails on a path that stands was with somebody whose certificate is not the
// one that the description named (RFC 8842, 5): nothing to try again, and both are told.

import type { FlowName } from "./flow";

export interface PathOptions {
  readonly polite: boolean;
  /** How the picture over this path stands. */
  readonly flow: () => FlowName;
  readonly onStanding: (state: "connected" | "reconnecting") => void;
  readonly onFailed: (reason: "ice_failed" | "fingerprint_mismatch") => void;
}

const RESTART_AFTER_MS = 1_500;
// Both sides lose the path together; the polite one leaves the first move to the other.
const POLITE_PAUSE_MS = 700;
const RESTART_AGAIN_MS = 4_000;
const RESTARTS_MAX = 30;

export class Path {
  private readonly connection: RTCPeerConnection;
  private readonly options: PathOptions;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private restarts = 0;
  private over = false;

  constructor(connection: RTCPeerConnection, options: PathOptions) {
    this.connection = connection;
    this.options = options;
  }

  /** The state of the whole connection has changed: the handshake may have failed. */
  lookAtHandshake(): void {
    if (this.isRefused()) {
      this.options.onFailed("fingerprint_mismatch");
    }
  }

  /** The state of ICE has changed. */
  lookAtIce(): void {
    const ice = this.connection.iceConnectionState;
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.isRefused()) {
      this.options.onFailed("fingerprint_mismatch");
    } else if (isThere(ice)) {
      this.restarts = 0;
      if (this.options.flow() === "flowing") {
        this.options.onStanding("connected");
      }
    } else if (ice === "disconnected" && this.options.flow() !== "waiting") {
      this.options.onStanding("reconnecting");
      this.restartLater(RESTART_AFTER_MS + (this.options.polite ? POLITE_PAUSE_MS : 0));
    } else if (ice === "failed") {
      this.onIceFailed();
    }
  }

  restart(): void {
    if (this.over || this.restarts >= RESTARTS_MAX) {
      return;
    }
    this.restarts += 1;
    this.connection.restartIce();
  }

  /** New network, new addresses: look for a path again at once. */
  onNetworkChanged(): void {
    this.restarts = 0;
    this.restart();
  }

  /** The other side has begun anew: give its attempt time before making one's own. */
  putOffRestart(): void {
    if (this.timer !== undefined) {
      this.restartLater(RESTART_AGAIN_MS);
    }
  }

  stop(): void {
    this.over = true;
    clearTimeout(this.timer);
  }

  private isRefused(): boolean {
    const { connectionState, iceConnectionState } = this.connection;
    return connectionState === "failed" && isThere(iceConnectionState);
  }

  private onIceFailed(): void {
    if (this.options.flow() === "waiting" || this.restarts >= RESTARTS_MAX) {
      this.options.onFailed("ice_failed");
      return;
    }
    this.options.onStanding("reconnecting");
    this.restart();
    this.restartLater(RESTART_AGAIN_MS);
  }

  private restartLater(delay: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      const ice = this.connection.iceConnectionState;
      if (ice !== "disconnected" && ice !== "failed") {
        return;
      }
      if (this.restarts >= RESTARTS_MAX) {
        this.options.onFailed("ice_failed");
      } else {
        this.restart();
        this.restartLater(RESTART_AGAIN_MS);
      }
    }, delay);
  }
}

function isThere(ice: RTCIceConnectionState): boolean {
  return ice === "connected" || ice === "completed";
}
