// The line between two people, in whichever way it goes: through the relay or directly. A page
// has one; it holds the legs of a call that may come, and at most one call that goes on.

import type {
  CallSetup,
  CallStatus,
  PeerCandidate,
  PeerDescription,
  SessionDescription,
} from "../protocol/types";
import { Attempts } from "./attempts";
import { DirectCall } from "./call";
import type { LinkState, OngoingCall } from "./ongoing-call";
import { type LegNews, RelayCall, type RelayWires } from "./relay-call";
import type { WarmOffer } from "./warm";

export interface LineOptions extends RelayWires {
  /** Whose page this is: in a direct call the patient's leaves the first offer to the other. */
  readonly polite: boolean;
  /** How the call that goes on stands; null while there is none. */
  readonly onState: (state: LinkState | null) => void;
  readonly onRemoteStream: (stream: MediaStream | null) => void;
  /** What both can read aloud: of a direct call that is connected, anew for each attempt. */
  readonly onWords: (words: readonly string[] | null) => void;
}

export interface Beginning {
  readonly setup: CallSetup;
  readonly localStream: MediaStream | null;
  /** Direct mode: what came with the call, or went out with the accept. */
  readonly description?: SessionDescription | null;
  readonly warm?: WarmOffer | null;
}

export class Line {
  private readonly options: LineOptions;
  private relay: RelayCall | null = null;
  /** No call: it was not begun, since too many were. */
  private current: { readonly call: OngoingCall | null; readonly setup: CallSetup } | null =
    null;
  private over = false;
  private readonly attempts = new Attempts();

  constructor(options: LineOptions) {
    this.options = options;
  }

  /** The setup of the call that goes on, or has failed and may be tried again. */
  get setup(): CallSetup | null {
    return this.current?.setup ?? null;
  }

  /** What carries the call that goes on; null while nothing does. */
  get connection(): RTCPeerConnection | null {
    return this.isOpen ? (this.current?.call?.connection ?? null) : null;
  }

  /** Whether a call goes on, or is being tried. */
  get isOpen(): boolean {
    return this.current !== null && !this.over;
  }

  /** Whether this page already holds its half of what `setup` describes. */
  holds(setup: CallSetup): boolean {
    const held = this.current?.setup;
    return (
      held !== undefined &&
      held.encounter_id === setup.encounter_id &&
      held.generation === setup.generation &&
      held.mode === setup.mode
    );
  }

  /** Whether the server has offered a leg for an encounter. */
  hasLegs(encounterId: string): boolean {
    return this.relay?.encounterId === encounterId && this.relay.hasLegs;
  }

  onLeg(event: LegNews): void {
    const { encounter_id } = event;
    const known = this.relay?.encounterId === encounter_id;
    if (known || event.type === "leg.offered") {
      this.relayOf(encounter_id).onLeg(event);
    }
  }

  begin(beginning: Beginning): void {
    const { setup, localStream } = beginning;
    this.current?.call?.close();
    this.over = false;
    this.options.onRemoteStream(null);
    this.options.onWords(null);
    this.options.onState("connecting");
    const common = {
      setup,
      localStream,
      onState: (state: LinkState) => {
        if (this.current?.setup === setup) {
          this.over = state === "failed" || state === "closed";
          if (this.over) {
            this.options.onWords(null);
          }
          this.options.onState(state);
        }
      },
      onRemoteStream: (stream: MediaStream) => {
        if (this.current?.setup === setup) {
          this.options.onRemoteStream(stream);
        }
      },
    };
    if (setup.mode === "relay") {
      const relay = this.relayOf(setup.encounter_id);
      this.current = { call: relay, setup };
      relay.begin(common);
    } else if (!this.attempts.take(performance.now())) {
      beginning.warm?.close();
      this.current = { call: null, setup };
      this.giveUp("failed");
    } else {
      const { description = null, warm = null } = beginning;
      const { polite, send } = this.options;
      const onWords = (words: readonly string[]): void => {
        if (this.current?.setup === setup) {
          this.options.onWords(words);
        }
      };
      const direct = { polite, send, description, warm, onWords };
      const call = new DirectCall({ ...common, ...direct });
      this.current = { call, setup };
    }
  }

  setLocalStream(stream: MediaStream): void {
    if (this.isOpen) {
      this.current?.call?.setLocalStream(stream);
    }
  }

  onPeer(event: PeerDescription | PeerCandidate): void {
    this.current?.call?.onPeer(event);
  }

  /** What the server knows. A failed attempt is closed here too, and may be followed by another. */
  onStatus(status: CallStatus): void {
    const { current } = this;
    if (current === null || !speaksOf(status, current.setup)) {
      return;
    }
    if (status.state === "failed" || status.state === "ended") {
      this.giveUp(status.state === "failed" ? "failed" : "closed");
    } else {
      current.call?.onStatus(status);
    }
  }

  /** The server tells the whole state: what it should know and does not is said again. */
  onWholeState(status: CallStatus): void {
    this.onStatus(status);
    const { current } = this;
    if (this.isOpen && current !== null && isOf(status, current.setup)) {
      current.call?.onWholeState(status.state);
    }
  }

  watch(video: HTMLVideoElement): void {
    this.current?.call?.watch(video);
  }

  onSocketReconnected(): void {
    if (this.isOpen) {
      this.current?.call?.onSocketReconnected();
    }
  }

  /** The two do not read the same words: this attempt ends here at once, and both are told. */
  differ(): void {
    const { setup } = this;
    if (setup === null || !this.isOpen) {
      return;
    }
    const { encounter_id, generation } = setup;
    const reason = "fingerprint_mismatch";
    this.options.send({ type: "call.failed", encounter_id, generation, reason });
    this.giveUp("failed");
  }

  /** Somebody here asks for another attempt. */
  allowAnother(): void {
    this.attempts.wanted();
  }

  /** The call is over. Legs stay: the patient may be waiting again, and be offered new ones. */
  hangUp(): void {
    const { current } = this;
    this.current = null;
    this.over = false;
    current?.call?.close();
    this.options.onRemoteStream(null);
    this.options.onWords(null);
    this.options.onState(null);
  }

  /** All is over: nothing of it is left open. */
  end(): void {
    this.hangUp();
    this.relay?.drop();
    this.relay = null;
  }

  /** Nothing of this attempt goes on; another may follow. */
  private giveUp(state: "failed" | "closed"): void {
    this.current?.call?.close();
    this.over = true;
    this.options.onState(state);
    this.options.onRemoteStream(null);
    this.options.onWords(null);
  }

  private relayOf(encounterId: string): RelayCall {
    if (this.relay === null || this.relay.encounterId !== encounterId) {
      this.relay?.drop();
      this.relay = new RelayCall(encounterId, this.options);
    }
    return this.relay;
  }
}

function isOf(status: CallStatus, setup: CallSetup): boolean {
  return status.encounter_id === setup.encounter_id && status.generation === setup.generation;
}

function speaksOf(status: CallStatus, setup: CallSetup): boolean {
  return status.encounter_id === setup.encounter_id && status.generation >= setup.generation;
}
