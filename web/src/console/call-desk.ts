// The practitioner's half of the call: camera and microphone, and the line to the patient.
//
//   OFF --ring--> OPENING --> READY --call.started--> IN CALL --ended--> OFF
//
// While an offer rings, the camera opens, and a leg to the relay is connected or, without one,
// the first SdpOffer of a direct call is made, so that accepting costs no time. The camera goes
// out when the offer is over. What a call means for the encounter is decided by the server.

import type { ReadonlySignal } from "@preact/signals";
import type {
  CallChanged,
  CallSetup,
  CallStatus,
  PeerCandidate,
  PeerDescription,
  SessionDescription,
} from "../shared/protocol/types";
import { Declaring } from "../shared/rtc/declaring";
import { type DeviceProblem, mediaAlive } from "../shared/rtc/devices";
import { Line } from "../shared/rtc/line";
import type { CallDraft } from "../shared/rtc/ongoing-call";
import { OwnMedia, type Switches } from "../shared/rtc/own-media";
import { Patience } from "../shared/rtc/patience";
import { QualityWatch } from "../shared/rtc/quality-watch";
import type { LegNews } from "../shared/rtc/relay-call";
import { Shown } from "../shared/rtc/shown";
import { WarmOffer } from "../shared/rtc/warm";

export interface CallWires {
  readonly send: (command: CallDraft) => unknown;
  readonly online: () => boolean;
}

/** What is being rung for: whose leg may come, and what a direct call would go through. */
interface Ringing {
  readonly encounterId: string;
  readonly servers: CallSetup["ice_servers"];
}

export class CallDesk {
  /** What of the line there is to see. */
  readonly shown = new Shown(() => this.followInterruption());
  /** How long the call has been interrupted. */
  readonly patience = new Patience();
  readonly quality = new QualityWatch(
    () => this.line.connection,
    () => ({
      camera: this.switches.value.video,
      peerCamera: this.status?.peer_video ?? true,
    }),
  );
  private readonly wires: CallWires;
  private readonly media = new OwnMedia({
    onStream: (stream) => this.onStream(stream),
    onCameraLost: (switches) => this.declare(switches),
  });
  private readonly line: Line;
  private readonly declaring = new Declaring((said) => {
    const { setup } = this.line;
    if (setup !== null) {
      this.wires.send({ type: "call.media", encounter_id: setup.encounter_id, ...said });
    }
  });
  private ringing: Ringing | null = null;
  private warm: WarmOffer | null = null;
  private status: CallStatus | null = null;

  constructor(wires: CallWires) {
    this.wires = wires;
    this.line = new Line({ polite: false, ...wires, ...this.shown.told });
  }

  get local(): ReadonlySignal<MediaStream | null> {
    return this.media.stream;
  }

  get problem(): ReadonlySignal<DeviceProblem | null> {
    return this.media.problem;
  }

  get switches(): ReadonlySignal<Switches> {
    return this.media.switches;
  }

  /** It rings: open camera and microphone, and make what the accept will carry. */
  async warmUp(ringing: Ringing): Promise<void> {
    this.ringing = ringing;
    await this.prepare();
    this.makeWarm();
    await this.warm?.ready;
  }

  /** The first SdpOffer of the direct call that an accept would begin; null without one. */
  proposal(): SessionDescription | null {
    return this.warm?.take() ?? null;
  }

  /** Open camera and microphone, or what of them is missing. */
  async prepare(): Promise<void> {
    const { stream, switches, problem } = this.media;
    if (problem.value !== null && mediaAlive(stream.value)) {
      await this.set({ ...switches.value, video: true });
    } else {
      await this.media.acquire();
    }
  }

  /** The offer is over and no call came of it: the light goes out. */
  release(): void {
    if (this.line.setup !== null) return;
    this.dropWarm();
    this.line.end();
    this.media.release();
  }

  begin(setup: CallSetup): void {
    if (this.line.holds(setup)) return;
    const first = this.line.setup === null && setup.mode === "direct";
    const warm = first && this.warm?.wasTaken === true ? this.warm : null;
    if (warm === null) this.dropWarm();
    this.warm = null;
    this.ringing = null;
    this.status = null;
    const stream = this.local.value;
    this.line.begin({ setup, localStream: mediaAlive(stream) ? stream : null, warm });
    this.quality.start();
    void this.media.acquire();
    // A page that was loaded anew has both on, whatever was switched off before.
    this.declare(this.switches.value);
  }

  /** Whether this page already holds its half of what `setup` describes. */
  isRunning(setup: CallSetup): boolean {
    return this.line.holds(setup);
  }

  /** The call is over: connections closed, camera and microphone off. */
  end(): void {
    this.status = null;
    this.quality.stop();
    this.dropWarm();
    this.line.end();
    this.media.release();
  }

  onPeer(event: PeerDescription | PeerCandidate): void {
    this.line.onPeer(event);
  }

  /** With a leg to the relay, an offer from browser to browser has no use. */
  onLeg(event: LegNews): void {
    this.line.onLeg(event);
    const unused = this.warm !== null && !this.warm.wasTaken;
    if (unused && this.ringing !== null && this.line.hasLegs(this.ringing.encounterId)) {
      this.warm?.close();
      this.warm = null;
    }
  }

  onChanged(event: CallChanged): void {
    this.onStatus(event.call);
  }

  /** A failed attempt is closed here too; camera and microphone stay open for the next one. */
  onStatus(status: CallStatus): void {
    this.status = status;
    this.line.onStatus(status);
    this.followInterruption();
  }

  /** As the server tells it with everything else: what it should know and does not is said again. */
  onWholeState(status: CallStatus): void {
    this.status = status;
    this.line.onWholeState(status);
    this.followInterruption();
  }

  onSocketBack(): void {
    this.line.onSocketReconnected();
    this.declaring.again();
  }

  /** The element that shows the patient: its frames are the first witness of media. */
  readonly watch = (video: HTMLVideoElement): void => this.line.watch(video);

  /** Microphone and camera. What goes off is said first, and what comes on when it is on. */
  async set(switches: Switches): Promise<void> {
    const was = this.switches.value;
    this.declare({
      audio: was.audio && switches.audio,
      video: was.video && switches.video,
    });
    await this.media.switch(switches);
    this.declare(this.switches.value);
  }

  /** The patient reads other words than these: end this attempt, for both. */
  differ(): void {
    this.line.differ();
  }

  /** Somebody asks for another attempt. */
  allowAnother(): void {
    this.line.allowAnother();
  }

  private declare(switches: Switches): void {
    this.declaring.say(switches);
  }

  private followInterruption(): void {
    const interrupted =
      this.shown.link.value === "reconnecting" || this.status?.state === "interrupted";
    this.patience.follow(interrupted && this.line.isOpen);
  }

  private onStream(stream: MediaStream): void {
    this.line.setLocalStream(stream);
    if (this.warm !== null && !this.warm.wasTaken) {
      // It holds devices that are not these any more.
      this.warm.close();
      this.warm = null;
      this.makeWarm();
    }
  }

  private makeWarm(): void {
    const { ringing } = this;
    const stream = this.local.value;
    if (this.line.setup !== null || ringing === null || stream === null) return;
    if (this.line.hasLegs(ringing.encounterId)) return;
    this.warm ??= new WarmOffer(stream, ringing.servers);
  }

  private dropWarm(): void {
    this.ringing = null;
    this.warm?.close();
    this.warm = null;
  }
}
