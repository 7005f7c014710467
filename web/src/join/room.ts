// The waiting room and the call, live: one socket, the own camera, at most one connection.
// Everything begins in the event's own handler, so that no drawing stands between an accepted
// offer and the first picture. Edge.

import { type ReadonlySignal, signal } from "@preact/signals";
import { connectSocket, type LiveSocket, type SocketState } from "../shared/protocol/socket";
import type {
  Ack,
  CallSetup,
  CallStatus,
  PatientCommand,
  PatientEvent,
  PatientSync,
  SessionDescription,
} from "../shared/protocol/types";
import { DirectCall, type DirectCallState } from "../shared/rtc/call";
import { type CallQuality, UNMEASURED } from "../shared/rtc/call-quality";
import { mediaAlive } from "../shared/rtc/devices";
import { QualityWatch } from "../shared/rtc/quality-watch";
import { joined, type Live, NOTHING_LIVE, reduceLive } from "./live";
import { OwnMedia, type Switches } from "./media";

export interface RoomEvents {
  /** The encounter changed: ask for its state again. */
  readonly onVisit: () => void;
  readonly onReplaced: () => void;
  readonly onSessionEnded: (reason: string) => void;
}

export class Room {
  readonly media = new OwnMedia();
  /** How well the call goes, in both directions. */
  readonly quality = signal<CallQuality>(UNMEASURED);
  private readonly events: RoomEvents;
  private readonly liveSignal = signal<Live>(NOTHING_LIVE);
  private readonly socketSignal = signal<SocketState>("closed");
  private readonly remoteSignal = signal<MediaStream | null>(null);
  private readonly linkSignal = signal<DirectCallState | null>(null);
  private socket: LiveSocket<PatientCommand> | null = null;
  private direct: DirectCall | null = null;
  private readonly qualityWatch = new QualityWatch(() => this.direct?.connection ?? null, {
    meant: () => ({
      camera: this.media.switches.value.video,
      peerCamera: this.liveSignal.value.call?.peer_video ?? true,
    }),
    onQuality: (quality) => {
      this.quality.value = quality;
    },
  });
  private wasOnline = false;

  constructor(events: RoomEvents) {
    this.events = events;
    document.addEventListener("visibilitychange", () => this.onVisible());
  }

  get live(): ReadonlySignal<Live> {
    return this.liveSignal;
  }

  get socketState(): ReadonlySignal<SocketState> {
    return this.socketSignal;
  }

  get remote(): ReadonlySignal<MediaStream | null> {
    return this.remoteSignal;
  }

  /** What this side of the call sees; null while there is none. */
  get link(): ReadonlySignal<DirectCallState | null> {
    return this.linkSignal;
  }

  connect(): void {
    if (this.socket !== null) {
      return;
    }
    this.wasOnline = false;
    this.socketSignal.value = "connecting";
    this.socket = connectSocket<PatientCommand, PatientEvent>({
      namespace: "/patient",
      onEvent: (event) => this.onEvent(event),
      onState: (state, reason) => this.onSocket(state, reason),
    });
  }

  /** Leave everything: camera off, connection closed, nothing remembered. */
  close(): void {
    const { socket } = this;
    this.socket = null;
    socket?.close();
    this.endCall();
    this.liveSignal.value = NOTHING_LIVE;
    this.socketSignal.value = "closed";
  }

  async join(): Promise<Ack | null> {
    const ack = (await this.socket?.send({ type: "queue.join" })) ?? null;
    if (ack?.ok === true) {
      this.liveSignal.value = joined(this.liveSignal.value);
    }
    return ack;
  }

  async leave(): Promise<Ack | null> {
    return (await this.socket?.send({ type: "queue.leave" })) ?? null;
  }

  /** Ask to be called back; a place in line is given up. */
  async callBack(): Promise<Ack | null> {
    return (await this.socket?.send({ type: "callback.request" })) ?? null;
  }

  hangUp(): void {
    this.inCall((encounter_id) => this.socket?.send({ type: "call.hang_up", encounter_id }));
    this.endCall();
  }

  /** After a failure, or to come back: open the devices again, then begin a new generation. */
  async retry(): Promise<void> {
    if ((await this.media.acquire()) === null) {
      return;
    }
    await this.inCall((encounter_id) =>
      this.socket?.send({ type: "call.retry", encounter_id }),
    );
  }

  /** Try the devices again while somebody is being rung, or in a call that has none. */
  async retryDevices(): Promise<void> {
    const stream = await this.media.acquire();
    if (stream !== null) {
      this.direct?.setLocalStream(stream);
    }
  }

  switch(switches: Switches): void {
    this.media.switch(switches);
    this.inCall((encounter_id) =>
      this.socket?.send({ type: "call.media", encounter_id, ...switches }),
    );
  }

  /** The page's remote picture. One function for good, so that drawing again changes nothing. */
  readonly watch = (video: HTMLVideoElement): void => this.direct?.watch(video);

  private inCall<T>(act: (encounterId: string) => T): T | undefined {
    const { setup, call } = this.liveSignal.value;
    const encounterId = setup?.encounter_id ?? call?.encounter_id;
    return encounterId === undefined ? undefined : act(encounterId);
  }

  // ---------------------------------------------------------------- events

  private onEvent(event: PatientEvent): void {
    if (event.type === "call.started") {
      // Before anything is drawn: drawing the call would hold the connection up.
      this.begin(event.setup, event.description);
    }
    this.liveSignal.value = reduceLive(this.liveSignal.value, event);
    switch (event.type) {
      case "patient.sync":
        this.onSync(event);
        break;
      case "queue.changed":
        this.followRinging();
        break;
      case "call.changed":
        this.onCall(event.call);
        break;
      case "peer.description":
      case "peer.candidate":
        this.direct?.onPeer(event);
        break;
      case "visit.changed":
        this.followVisit();
        this.events.onVisit();
        break;
      case "device.replaced":
        this.farewell(() => this.events.onReplaced());
        break;
      case "session.ended":
        this.farewell(() => this.events.onSessionEnded(event.reason));
        break;
    }
  }

  private onSync(sync: PatientSync): void {
    this.followVisit();
    this.followRinging();
    if (sync.setup !== null && sync.visit === "in_progress") {
      this.resume(sync.setup, sync.call);
    }
    this.events.onVisit();
  }

  private onSocket(state: SocketState, reason: string | null): void {
    this.socketSignal.value = state;
    if (state === "online") {
      if (this.wasOnline) {
        this.direct?.onSocketReconnected();
      }
      this.wasOnline = true;
    } else if (state === "closed" && this.socket !== null && reason !== "closed") {
      this.farewell(() => this.events.onSessionEnded(reason ?? "closed"));
    }
  }

  private farewell(tell: () => void): void {
    if (this.socket !== null) {
      this.close();
      tell();
    }
  }

  /** Somebody is being rung: the camera opens now, for the patient only, so the call is quick. */
  private followRinging(): void {
    const { ringing, visit } = this.liveSignal.value;
    if (visit !== "waiting") {
      return;
    }
    if (ringing) {
      void this.media.acquire();
    } else {
      this.media.release();
    }
  }

  private followVisit(): void {
    const { visit, ringing } = this.liveSignal.value;
    if (visit !== "in_progress" && this.direct !== null) {
      this.endCall();
    }
    const over =
      visit === "wrap_up" || visit === "signed" || visit === "left" || visit === "no_show";
    if (over || (visit === "waiting" && !ringing)) {
      this.media.release();
    }
  }

  // ---------------------------------------------------------------- the call

  private begin(setup: CallSetup, description: SessionDescription | null): void {
    if (this.direct?.generation === setup.generation) {
      return;
    }
    this.direct?.close();
    const direct = new DirectCall({
      setup,
      send: (command) => this.socket?.send(command),
      onState: (state) => {
        if (this.direct === direct && state !== "closed") {
          this.linkSignal.value = state;
        }
      },
      onRemoteStream: (stream) => {
        this.remoteSignal.value = stream;
      },
      localStream: this.media.stream.value,
      description,
    });
    this.direct = direct;
    this.qualityWatch.start();
    this.remoteSignal.value = null;
    this.linkSignal.value = "connecting";
    if (this.media.stream.value === null) {
      void this.bring(direct, setup);
    }
    const { audio, video } = this.media.switches.value;
    if (!audio || !video) {
      this.switch({ audio, video });
    }
  }

  /** The camera was not open yet: add it when it is, or say at once that it cannot be. */
  private async bring(direct: DirectCall, setup: CallSetup): Promise<void> {
    const stream = await this.media.acquire();
    if (this.direct !== direct) {
      return;
    }
    if (stream !== null) {
      direct.setLocalStream(stream);
      return;
    }
    const { encounter_id, generation } = setup;
    void this.socket?.send({
      type: "call.failed",
      encounter_id,
      generation,
      reason: "media_device",
    });
  }

  /** This page was loaded in the middle of a call: its half is gone, so begin a new one. */
  private resume(setup: CallSetup, call: CallStatus | null): void {
    if (this.direct?.generation === setup.generation) {
      return;
    }
    const settled = call?.state === "failed" || call?.state === "ended";
    if (!settled) {
      void this.restart(setup);
    }
  }

  private async restart(setup: CallSetup): Promise<void> {
    const { encounter_id, generation } = setup;
    void this.media.acquire();
    const ack = await this.socket?.send({ type: "call.retry", encounter_id });
    if (ack?.ok === false && ack.error?.code === "illegal_transition") {
      await this.socket?.send({
        type: "call.failed",
        encounter_id,
        generation,
        reason: "other",
      });
      await this.socket?.send({ type: "call.retry", encounter_id });
    }
  }

  private onCall(call: CallStatus): void {
    const { direct } = this;
    if (direct === null || call.generation < direct.generation) {
      return;
    }
    direct.setPeerVideo(call.peer_video);
    if (call.state === "connected") {
      direct.onBothSeen();
    }
    if (call.state === "failed" || call.state === "ended") {
      this.linkSignal.value = call.state === "failed" ? "failed" : "closed";
      direct.close();
      this.direct = null;
      this.remoteSignal.value = null;
    }
  }

  private endCall(): void {
    this.qualityWatch.stop();
    this.direct?.close();
    this.direct = null;
    this.remoteSignal.value = null;
    this.linkSignal.value = null;
    this.media.release();
  }

  /** After a phone call or sleep, tracks may be dead though the page lives: open them anew. */
  private onVisible(): void {
    const { stream } = this.media;
    if (document.visibilityState !== "visible" || this.direct === null) {
      return;
    }
    if (stream.value !== null && !mediaAlive(stream.value)) {
      void this.retryDevices();
    }
  }
}
