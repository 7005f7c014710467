// The waiting room and the call, live: one socket, the own camera, at most one connection.
// Everything begins in the event's own handler, so that no drawing stands between an accepted
// offer and the first picture. Edge.

import { type ReadonlySignal, signal } from "@preact/signals";
import { ChatDesk } from "../shared/chat-desk";
import { t } from "../shared/i18n";
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
import { Declaring } from "../shared/rtc/declaring";
import { mediaAlive } from "../shared/rtc/devices";
import { Line } from "../shared/rtc/line";
import { OwnMedia, type Switches } from "../shared/rtc/own-media";
import { Patience } from "../shared/rtc/patience";
import { QualityWatch } from "../shared/rtc/quality-watch";
import { Shown } from "../shared/rtc/shown";
import { HungUp } from "./hung-up";
import { joined, type Live, NOTHING_LIVE, reduceLive } from "./live";

export interface RoomEvents {
  /** The encounter changed: ask for its state again. */
  readonly onVisit: () => void;
  readonly onReplaced: () => void;
  readonly onSessionEnded: (reason: string) => void;
}

export class Room {
  readonly media = new OwnMedia({
    onStream: (stream) => this.line.setLocalStream(stream),
    onCameraLost: (switches) => this.declare(switches),
  });
  /** How long the call has been interrupted. */
  readonly patience = new Patience();
  readonly hungUp = new HungUp();
  readonly quality = new QualityWatch(
    () => this.line.connection,
    () => ({
      camera: this.media.switches.value.video,
      peerCamera: this.liveSignal.value.call?.peer_video ?? true,
    }),
  );
  private readonly events: RoomEvents;
  private readonly liveSignal = signal<Live>(NOTHING_LIVE);
  private readonly socketSignal = signal<SocketState>("closed");
  private socket: LiveSocket<PatientCommand> | null = null;
  /** What of the line there is to see. */
  readonly shown = new Shown(() => this.followInterruption());
  private readonly line = new Line({
    polite: true,
    send: (command) => this.socket?.send(command),
    online: () => this.socketSignal.value === "online",
    ...this.shown.told,
  });
  /** What is written in the call. */
  readonly chat = new ChatDesk({
    me: "patient",
    path: "/api/v1/join/chat",
    send: async (text) =>
      (await this.inCall((encounter_id) =>
        this.socket?.send({ type: "chat.say", encounter_id, text }),
      )) ?? null,
    explain: (ack) =>
      t(ack?.error?.code === "rate_limited" ? "call.chat.tooFast" : "call.chat.failed"),
  });
  private readonly declaring = new Declaring((said) =>
    this.inCall((encounter_id) =>
      this.socket?.send({ type: "call.media", encounter_id, ...said }),
    ),
  );
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
    this.line.end();
    this.hungUp.forget();
    this.liveSignal.value = NOTHING_LIVE;
    this.socketSignal.value = "closed";
    this.chat.forget();
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

  /** Take every consent back. */
  async withdraw(): Promise<Ack | null> {
    return (await this.socket?.send({ type: "consent.withdraw" })) ?? null;
  }

  /** Have the spa and the clinician told that help is needed now. */
  async callForHelp(encounter_id: string): Promise<Ack | null> {
    const help = { type: "emergency.raise", encounter_id, flag: "other" } as const;
    return (await this.socket?.send(help)) ?? null;
  }

  hangUp(): void {
    const { setup, call } = this.liveSignal.value;
    const answered = this.inCall((encounter_id) =>
      this.socket?.send({ type: "call.hang_up", encounter_id }),
    );
    this.hungUp.remember(setup ?? call, answered);
    this.endCall();
  }

  /** The clinician reads other words than these: end this attempt, for both. */
  differ(): void {
    this.line.differ();
  }

  /** After a failure, or to come back: open the devices again, then begin a new generation. */
  async retry(): Promise<void> {
    this.line.allowAnother();
    if ((await this.media.acquire()) === null) {
      return;
    }
    this.hungUp.forget();
    await this.inCall((encounter_id) =>
      this.socket?.send({ type: "call.retry", encounter_id }),
    );
  }

  /** Try the devices again while somebody is being rung, or in a call that lacks one. */
  async retryDevices(): Promise<void> {
    const { stream, switches } = this.media;
    if (mediaAlive(stream.value)) {
      await this.switch({ ...switches.value, video: true });
    } else {
      await this.media.acquire();
    }
  }

  /** What goes off is said first, and what comes on when it is on. */
  async switch(switches: Switches): Promise<void> {
    const was = this.media.switches.value;
    this.declare({
      audio: was.audio && switches.audio,
      video: was.video && switches.video,
    });
    await this.media.switch(switches);
    this.declare(this.media.switches.value);
  }

  /** The page's remote picture. One function for good, so that drawing again changes nothing. */
  readonly watch = (video: HTMLVideoElement): void => this.line.watch(video);

  private declare(switches: Switches): void {
    this.declaring.say(switches);
  }

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
    this.followInterruption();
    switch (event.type) {
      case "patient.sync":
        this.onSync(event);
        break;
      case "queue.changed":
        this.followRinging();
        break;
      case "call.changed":
        this.line.onStatus(event.call);
        break;
      case "peer.description":
      case "peer.candidate":
        this.line.onPeer(event);
        break;
      case "leg.offered":
      case "leg.linked":
      case "leg.closed":
        this.line.onLeg(event);
        break;
      case "chat.said":
        this.chat.told(event);
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
      void this.chat.load();
    }
    if (sync.call !== null) {
      this.line.onWholeState(sync.call);
    }
    this.events.onVisit();
  }

  private onSocket(state: SocketState, reason: string | null): void {
    this.socketSignal.value = state;
    if (state === "online") {
      if (this.wasOnline) {
        this.line.onSocketReconnected();
        this.declaring.again();
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
    if (visit !== "in_progress" && this.line.setup !== null) {
      this.endCall();
    }
    const over =
      visit === "wrap_up" || visit === "signed" || visit === "left" || visit === "no_show";
    if (over) {
      this.line.end();
    }
    if (over || (visit === "waiting" && !ringing)) {
      this.media.release();
    }
  }

  /** The moment that either side is known to see nothing, whoever says so first. */
  private followInterruption(): void {
    const { call } = this.liveSignal.value;
    const interrupted =
      this.shown.link.value === "reconnecting" || call?.state === "interrupted";
    this.patience.follow(interrupted && this.line.isOpen);
  }

  // ---------------------------------------------------------------- the call

  private begin(setup: CallSetup, description: SessionDescription | null): void {
    if (this.line.holds(setup) || this.hungUp.refuses(setup)) {
      return;
    }
    this.hungUp.forget();
    this.line.begin({ setup, localStream: this.media.stream.value, description });
    this.quality.start();
    if (this.media.stream.value === null) {
      void this.bring(setup);
    }
    // A page that was loaded anew has both on, whatever was switched off before.
    this.declare(this.media.switches.value);
  }

  /** The camera was not open yet: it is sent when it is, or it is said that it cannot be. */
  private async bring(setup: CallSetup): Promise<void> {
    const stream = await this.media.acquire();
    if (stream !== null || !this.line.holds(setup)) {
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

  /**
   * After a sync. A page that was loaded in the middle of a call has lost its half. Through the
   * relay it gets another leg; directly the call begins anew, which the server may have seen to.
   * What the patient hung up stays so: the server may only hear of it after this.
   */
  private resume(setup: CallSetup, call: CallStatus | null): void {
    const settled = call?.state === "failed" || call?.state === "ended";
    if (this.line.holds(setup) || settled || this.hungUp.refuses(setup)) {
      return;
    }
    if (setup.mode === "relay" || call?.state === "connecting") {
      this.begin(setup, null);
    } else {
      void this.restart(setup);
    }
  }

  private async restart(setup: CallSetup): Promise<void> {
    const { encounter_id, generation } = setup;
    void this.media.acquire();
    const ack = await this.socket?.send({ type: "call.retry", encounter_id });
    const refused = ack?.ok === false && ack.error?.code === "illegal_transition";
    if (refused && !this.hungUp.covers(setup)) {
      await this.socket?.send({
        type: "call.failed",
        encounter_id,
        generation,
        reason: "other",
      });
      await this.socket?.send({ type: "call.retry", encounter_id });
    }
  }

  private endCall(): void {
    this.quality.stop();
    this.line.hangUp();
    this.media.release();
  }

  /** After a phone call or sleep, tracks may be dead though the page lives: open them anew. */
  private onVisible(): void {
    const { stream } = this.media;
    if (document.visibilityState !== "visible" || !this.line.isOpen) {
      return;
    }
    if (stream.value !== null && !mediaAlive(stream.value)) {
      void this.media.acquire();
    }
  }
}
