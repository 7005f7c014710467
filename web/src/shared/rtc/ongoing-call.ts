// What both ways of connecting have in common, as a page uses them: `DirectCall` from browser to
// browser, `RelayCall` through the relay. `Line` chooses by what the server says.

import type { Draft } from "../protocol/socket";
import type {
  CallStatus,
  PatientCommand,
  PeerCandidate,
  PeerDescription,
} from "../protocol/types";

/** The commands of a call: the same for both sides. */
export type CallDraft = Draft<
  Extract<PatientCommand, { type: `call.${string}` | `leg.${string}` }>
>;

/** How this side's half stands. */
export type LinkState = "connecting" | "connected" | "reconnecting" | "failed" | "closed";

export interface OngoingCall {
  readonly generation: number;
  /** What carries the call now; null while nothing does. */
  readonly connection: RTCPeerConnection | null;
  /** What to send from now on: of each kind the stream's track, or nothing. */
  setLocalStream(stream: MediaStream): void;
  /** From `call.changed`: what is to be expected, and whether both see each other. */
  onStatus(status: CallStatus): void;
  /** The whole state was told, maybe by a server that took over: what it does not know is said. */
  onWholeState(state: CallStatus["state"]): void;
  /** What the other browser said; nothing of it concerns a call through the relay. */
  onPeer(event: PeerDescription | PeerCandidate): void;
  /** The page shows the remote picture here: its frame callback is the quickest witness. */
  watch(video: HTMLVideoElement): void;
  /** After the signalling socket came back: what was lost is said again. */
  onSocketReconnected(): void;
  /** End this half and send nothing more; tells nobody (hanging up is a command of its own). */
  close(): void;
}
