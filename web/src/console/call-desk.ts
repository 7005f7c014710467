// The practitioner's half of the call: camera and microphone, and one DirectCall at a time.
//
//   OFF --ring--> OPENING --> READY --call.started--> IN CALL --ended--> OFF
//
// While an offer rings, the camera opens and the first SdpOffer is made, so that accepting costs
// no time; the camera goes out when the offer is over. What a call means for the encounter is
// decided by the server.

import { signal } from "@preact/signals";
import type {
  CallChanged,
  CallSetup,
  PeerCandidate,
  PeerDescription,
  SessionDescription,
} from "../shared/protocol/types";
import { type CallDraft, DirectCall, type DirectCallState } from "../shared/rtc/call";
import { type CallQuality, UNMEASURED } from "../shared/rtc/call-quality";
import {
  type DeviceProblem,
  mediaAlive,
  openMedia,
  stopMedia,
  switchMedia,
} from "../shared/rtc/devices";
import { QualityWatch } from "../shared/rtc/quality-watch";
import { WarmOffer } from "../shared/rtc/warm";

type IceServers = CallSetup["ice_servers"];

export interface Switches {
  readonly audio: boolean;
  readonly video: boolean;
}

const BOTH_ON: Switches = { audio: true, video: true };

export class CallDesk {
  readonly local = signal<MediaStream | null>(null);
  readonly remote = signal<MediaStream | null>(null);
  readonly direct = signal<DirectCallState | null>(null);
  readonly problem = signal<DeviceProblem | null>(null);
  readonly switches = signal<Switches>(BOTH_ON);
  /** How well the call goes, in both directions. */
  readonly quality = signal<CallQuality>(UNMEASURED);
  private running: { readonly call: DirectCall; readonly encounterId: string } | null = null;
  private servers: IceServers | null = null;
  private warm: WarmOffer | null = null;
  private wanted = false;
  private opening = false;
  private peerCamera = true;
  private readonly qualityWatch = new QualityWatch(
    () => this.running?.call.connection ?? null,
    {
      meant: () => ({ camera: this.switches.value.video, peerCamera: this.peerCamera }),
      onQuality: (quality) => {
        this.quality.value = quality;
      },
    },
  );

  constructor(private readonly send: (command: CallDraft) => unknown) {}

  /** It rings: open camera and microphone, and make what the accept will carry. */
  async warmUp(servers: IceServers): Promise<void> {
    this.servers = servers;
    await this.prepare();
    this.makeWarm();
    await this.warm?.ready;
  }

  /** The first SdpOffer of the call that an accept would begin; null when there is none yet. */
  proposal(): SessionDescription | null {
    return this.warm?.take() ?? null;
  }

  /** Open camera and microphone, unless they are open. */
  async prepare(): Promise<void> {
    this.wanted = true;
    if (this.opening || mediaAlive(this.local.value)) return;
    this.opening = true;
    const result = await openMedia();
    this.opening = false;
    if (!result.ok) {
      this.problem.value = this.wanted ? result.problem : null;
    } else if (!this.wanted) {
      stopMedia(result.stream);
    } else {
      this.take(result.stream);
    }
  }

  /** The offer is over and no call came of it: the light goes out. */
  release(): void {
    if (this.running !== null) return;
    this.wanted = false;
    this.problem.value = null;
    this.dropWarm();
    stopMedia(this.local.value);
    this.local.value = null;
  }

  begin(setup: CallSetup): void {
    if (this.isRunning(setup)) return;
    const before = this.running;
    before?.call.close();
    const warm = before === null && this.warm?.wasTaken === true ? this.warm : null;
    if (warm === null) this.dropWarm();
    this.warm = null;
    this.remote.value = null;
    this.direct.value = "connecting";
    const call: DirectCall = new DirectCall({
      setup,
      send: this.send,
      onState: (state) => {
        if (this.running?.call === call) this.direct.value = state;
      },
      onRemoteStream: (stream) => {
        if (this.running?.call === call) this.remote.value = stream;
      },
      localStream: mediaAlive(this.local.value) ? this.local.value : null,
      warm,
    });
    this.running = { call, encounterId: setup.encounter_id };
    this.qualityWatch.start();
    void this.prepare();
  }

  /** Whether this page already holds the connection that `setup` describes. */
  isRunning(setup: CallSetup): boolean {
    return (
      this.running !== null &&
      this.running.encounterId === setup.encounter_id &&
      this.running.call.generation === setup.generation
    );
  }

  /** The call is over: connection closed, camera and microphone off. */
  end(): void {
    const running = this.running;
    this.running = null;
    this.qualityWatch.stop();
    running?.call.close();
    this.remote.value = null;
    this.direct.value = null;
    this.switches.value = BOTH_ON;
    this.release();
  }

  onPeer(event: PeerDescription | PeerCandidate): void {
    this.of(event)?.onPeer(event);
  }

  /** A failed attempt is closed here too; camera and microphone stay open for the next one. */
  onChanged(event: CallChanged): void {
    const call = this.of(event.call);
    call?.setPeerVideo(event.call.peer_video);
    if (call !== null) this.peerCamera = event.call.peer_video;
    if (event.call.state === "connected") call?.onBothSeen();
    if (event.call.state === "failed") call?.close();
  }

  onSocketBack(): void {
    this.running?.call.onSocketReconnected();
  }

  /** The element that shows the patient: its frames are the first witness of media. */
  readonly watch = (video: HTMLVideoElement): void => {
    this.running?.call.watch(video);
  };

  /** Microphone and camera, said to the other side too. */
  set(switches: Switches): void {
    this.switches.value = switches;
    switchMedia(this.local.value, switches);
    if (this.running !== null) {
      this.send({ type: "call.media", encounter_id: this.running.encounterId, ...switches });
    }
  }

  private makeWarm(): void {
    const stream = this.local.value;
    if (this.running !== null || this.servers === null || stream === null) return;
    this.warm ??= new WarmOffer(stream, this.servers);
  }

  private dropWarm(): void {
    this.servers = null;
    this.warm?.close();
    this.warm = null;
  }

  private of(event: { encounter_id: string; generation: number }): DirectCall | null {
    const running = this.running;
    if (running === null || running.encounterId !== event.encounter_id) return null;
    return running.call.generation === event.generation ? running.call : null;
  }

  private take(stream: MediaStream): void {
    this.problem.value = null;
    switchMedia(stream, this.switches.value);
    this.local.value = stream;
    const over = this.direct.value === "closed" || this.direct.value === "failed";
    if (!over) this.running?.call.setLocalStream(stream);
    for (const track of stream.getTracks()) {
      track.addEventListener("ended", () => this.lost(stream), { once: true });
    }
  }

  /** A device was unplugged or taken away: say so, and try for another one. */
  private lost(stream: MediaStream): void {
    if (this.local.value !== stream) return;
    if (this.warm !== null && !this.warm.wasTaken) {
      this.warm.close();
      this.warm = null;
    }
    stopMedia(stream);
    this.local.value = null;
    if (this.wanted) void this.prepare();
  }
}
