// One encounter's connections to the relay, and the call over them: the edge of `legs.ts`.
//
//   waiting: legs are answered and connected; no camera, no microphone, nothing is sent
//   `begin`: the camera goes out at once; the linked leg is shown and watched
//   `close`: nothing is sent any more; the legs stay, for an attempt that may follow
//   `drop`:  all is over
//
// The call goes on over a replaced leg under the same generation.

import type {
  CallSetup,
  CallStatus,
  LegClosed,
  LegFailed,
  LegLinked,
  LegOffered,
  LegRefresh,
} from "../protocol/types";
import { unheard } from "./flow";
import { FrameWatch, type MediaNews } from "./frames";
import { LegConnection } from "./leg-connection";
import { isDead, type LegsEffect, type LegsEvent, NO_LEGS, reduce } from "./legs";
import { mediaReport } from "./media-report";
import type { CallDraft, LinkState, OngoingCall } from "./ongoing-call";

export type LegNews = LegOffered | LegLinked | LegClosed;

export interface RelayWires {
  readonly send: (command: CallDraft) => unknown;
  /** Whether what is sent arrives now: a path is not asked for by a letter that waits. */
  readonly online: () => boolean;
}

export interface RelayStart {
  readonly setup: CallSetup;
  readonly onState: (state: LinkState) => void;
  readonly onRemoteStream: (stream: MediaStream) => void;
  /** Null when the camera is still opening: hand it over by `setLocalStream`. */
  readonly localStream: MediaStream | null;
}

type LegWord =
  | {
      readonly type: "leg.refresh";
      readonly leg: number;
      readonly reason: LegRefresh["reason"];
    }
  | { readonly type: "leg.failed"; readonly leg: number; readonly reason: LegFailed["reason"] };

interface Running {
  readonly start: RelayStart;
  readonly startedAt: number;
  readonly frames: FrameWatch;
  readonly looking: ReturnType<typeof setInterval>;
  readonly goodbye: AbortController;
}

const LOOK_EVERY_MS = 250;

export class RelayCall implements OngoingCall {
  readonly encounterId: string;
  private readonly wires: RelayWires;
  private readonly connections = new Map<number, LegConnection>();
  private servers: LegOffered["ice_servers"] = [];
  private legs = NO_LEGS;
  private running: Running | null = null;
  private state: LinkState = "closed";
  private stream: MediaStream | null = null;
  private whole = false;
  private peerVideo = true;

  constructor(encounterId: string, wires: RelayWires) {
    this.encounterId = encounterId;
    this.wires = wires;
  }

  get generation(): number {
    return this.running?.start.setup.generation ?? 0;
  }

  get connection(): RTCPeerConnection | null {
    const { linked } = this.legs;
    return (linked === null ? null : this.connections.get(linked)?.connection) ?? null;
  }

  /** What the server says about a leg. */
  onLeg(event: LegNews): void {
    const { leg } = event;
    if (event.type === "leg.offered") {
      this.servers = event.ice_servers;
      const { restart, description } = event;
      this.take({ type: "offered", leg, restart, sdp: description.sdp });
    } else {
      this.take({ type: event.type === "leg.linked" ? "linked" : "closed", leg });
    }
  }

  /** Accepted: the camera goes out, and the other side is shown when the server links a leg. */
  begin(start: RelayStart): void {
    this.end();
    const goodbye = new AbortController();
    addEventListener("online", () => this.take({ type: "network_changed" }), {
      signal: goodbye.signal,
    });
    this.running = {
      start,
      startedAt: performance.now(),
      frames: new FrameWatch(null, (news) => this.onMedia(news)),
      looking: setInterval(() => void this.look(), LOOK_EVERY_MS),
      goodbye,
    };
    this.stream = start.localStream;
    this.whole = false;
    this.state = "connecting";
    this.take({ type: "begun" });
  }

  setLocalStream(stream: MediaStream): void {
    this.stream = stream;
    for (const { number, sending } of this.legs.all) {
      if (sending) {
        this.connections.get(number)?.send(stream, this.whole);
      }
    }
  }

  onStatus(status: CallStatus): void {
    this.peerVideo = status.peer_video;
    this.running?.frames.expect(status.peer_video);
    this.take({ type: "call", state: status.state });
    if (status.state === "connected" && !this.whole) {
      this.whole = true;
      for (const one of this.connections.values()) {
        one.grow();
      }
    }
  }

  onWholeState(state: CallStatus["state"]): void {
    const { running } = this;
    const news = running === null ? null : unheard(running.frames.state, state);
    if (running !== null && news !== null) {
      this.report(running, news);
    }
  }

  onPeer(): void {
    // Said to another kind of call, which has ended since.
  }

  watch(video: HTMLVideoElement): void {
    this.running?.frames.watch(video);
  }

  onSocketReconnected(): void {
    this.take({ type: "socket_back" });
  }

  close(): void {
    this.enter("closed");
    this.end();
    this.take({ type: "paused" });
    this.stream = null;
  }

  /** Close all connections: the call, or the wait, is over. */
  drop(): void {
    this.close();
    for (const { number } of this.legs.all) {
      this.take({ type: "closed", leg: number });
    }
  }

  get hasLegs(): boolean {
    return this.legs.all.length > 0;
  }

  private end(): void {
    this.running?.frames.stop();
    this.running?.goodbye.abort();
    clearInterval(this.running?.looking);
    this.running = null;
  }

  // ---------------------------------------------------------------- legs

  private take(event: LegsEvent): void {
    const { legs, effects } = reduce(this.legs, event, performance.now());
    this.legs = legs;
    for (const effect of effects) {
      this.perform(effect);
    }
    if (this.state === "connected" && isDead(legs, performance.now())) {
      this.enter("reconnecting");
    }
  }

  private perform(effect: LegsEffect): void {
    const { leg } = effect;
    const one = this.connections.get(leg);
    switch (effect.do) {
      case "open":
        this.connections.set(leg, this.connect(leg));
        void this.answer(leg, effect.sdp);
        break;
      case "answer":
        void this.answer(leg, effect.sdp);
        break;
      case "close":
        this.connections.delete(leg);
        one?.close();
        break;
      case "send":
        one?.send(this.stream, this.whole);
        break;
      case "hush":
        one?.send(null, false);
        break;
      case "show":
        this.show(leg);
        break;
      case "refresh":
        this.say({ type: "leg.refresh", leg, reason: effect.reason });
        break;
      case "fail":
        this.say({ type: "leg.failed", leg, reason: effect.reason });
        break;
    }
  }

  private connect(leg: number): LegConnection {
    return new LegConnection(this.servers, (standing) =>
      this.take({ type: "stands", leg, standing }),
    );
  }

  private async answer(leg: number, offer: string): Promise<void> {
    const one = this.connections.get(leg);
    const restart = this.legs.all.find((each) => each.number === leg)?.restart ?? 0;
    try {
      const sdp = (await one?.answer(offer)) ?? null;
      if (sdp !== null && this.connections.get(leg) === one) {
        const description = { type: "answer", sdp } as const;
        const { encounterId: encounter_id } = this;
        this.wires.send({ type: "leg.answer", encounter_id, leg, restart, description });
      }
    } catch {
      if (this.connections.get(leg) === one) {
        this.take({ type: "rejected", leg });
      }
    }
  }

  private show(leg: number): void {
    const one = this.connections.get(leg);
    if (one !== undefined && this.running !== null) {
      this.running.frames.follow(one.connection);
      this.running.start.onRemoteStream(one.remote);
    }
  }

  private say(command: LegWord): void {
    if (this.wires.online()) {
      this.wires.send({ ...command, encounter_id: this.encounterId });
    }
  }

  // ---------------------------------------------------------------- media

  private async look(): Promise<void> {
    const { running } = this;
    const leg = this.legs.linked;
    const packets = leg === null ? null : await this.connections.get(leg)?.packets();
    if (leg === null || packets == null || running !== this.running || running === null) {
      return;
    }
    const before = this.legs.heard?.packets ?? 0;
    this.take({ type: "looked", leg, packets });
    // A camera that is off has no first picture, and sound is enough to be together again.
    const seen = running.frames.state === "flowing" || !this.peerVideo;
    if (packets > before && before > 0 && seen && !isDead(this.legs, performance.now())) {
      this.enter("connected");
    }
  }

  private onMedia(news: MediaNews): void {
    const { running } = this;
    if (running === null) {
      return;
    }
    this.report(running, news);
    this.enter(news === "interrupted" ? "reconnecting" : "connected");
  }

  private report({ start, startedAt }: Running, news: MediaNews): void {
    this.wires.send(mediaReport(start.setup, news, startedAt));
  }

  private enter(state: LinkState): void {
    if (this.state !== state) {
      this.state = state;
      this.running?.start.onState(state);
    }
  }
}
