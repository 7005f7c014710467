// How the call stands, in one word for the patient. Pure: two witnesses, this side's
// connection and the server's word on both sides.

import type { SocketState } from "../shared/protocol/socket";
import type { CallStatus } from "../shared/protocol/types";
import type { LinkState } from "../shared/rtc/ongoing-call";

export type CallWord =
  | "connecting"
  | "connected"
  | "reconnecting"
  | "peerAway"
  | "failed"
  | "left";

export interface CallSigns {
  readonly link: LinkState | null;
  readonly call: CallStatus | null;
  readonly socket: SocketState;
  /** The patient hung up, whether the server has heard of it or not. */
  readonly hungUp: boolean;
}

export function callState({ link, call, socket, hungUp }: CallSigns): CallWord {
  if (link === "failed" || call?.state === "failed") {
    return "failed";
  }
  if (call?.state === "ended" || hungUp) {
    return "left";
  }
  if (link === "connected") {
    return call?.state === "interrupted" ? "reconnecting" : "connected";
  }
  if (call !== null && !call.peer_present && socket === "online" && call.state !== "idle") {
    return "peerAway";
  }
  return link === "reconnecting" ? "reconnecting" : "connecting";
}
