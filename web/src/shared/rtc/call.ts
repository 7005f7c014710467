// One generation of a direct call: the edge that owns an RTCPeerConnection. A retry makes a
// new DirectCall; `close` ends this one and tells nobody (hanging up is a command of its own).
//
// Safety: what the patient's page tells of itself it tells after it has the other side's
// description, and in one generation there is one certificate on either side. So nobody in
// between can choose theirs by both (docs/decisions/0030-words-that-both-read-aloud.md).
//
// Speed: tracks are added and the impolite side offers in the constructor, or even before, while
// it rang (`warm`); candidates trickle and nothing waits for gathering. The server ends an
// attempt after `connect_limit_s`.

import type {
  CallFailed,
  CallSetup,
  CallStatus,
  PeerCandidate,
  PeerDescription,
  SessionDescription,
} from "../protocol/types";
import { fingerprintOf } from "./fingerprints";
import { unheard } from "./flow";
import { FrameWatch, type MediaNews } from "./frames";
import { mediaReport } from "./media-report";
import {
  begin,
  judge,
  mayOffer,
  type Negotiation,
  type NegotiationEvent,
  reduce,
} from "./negotiation";
import type { CallDraft, LinkState, OngoingCall } from "./ongoing-call";
import { Path } from "./path";
import { growWhole, startSmall } from "./picture";
import { RemoteCandidates } from "./remote-candidates";
import { Reporter } from "./reporter";
import { place } from "./sending";
import { spokenWords } from "./spoken-words";
import type { WarmOffer } from "./warm";
import { answerBothWays, asWireCandidate, carries, completeKinds, newConnection } from "./wire";

export interface DirectCallOptions {
  readonly setup: CallSetup;
  /** Whether the other side offers first; by whose page this is, whatever the server says. */
  readonly polite: boolean;
  readonly send: (command: CallDraft) => unknown;
  readonly onState: (state: LinkState) => void;
  readonly onRemoteStream: (stream: MediaStream) => void;
  /** What both can read aloud, once they see each other. */
  readonly onWords: (words: readonly string[]) => void;
  /** Null when the camera is still opening: hand it over by `setLocalStream`. */
  readonly localStream: MediaStream | null;
  /** Impolite side: the connection whose offer went out with the accept. */
  readonly warm?: WarmOffer | null;
  /** Polite side: that offer, as it came with `call.started`. */
  readonly description?: SessionDescription | null;
}

export class DirectCall implements OngoingCall {
  readonly generation: number;
  readonly connection: RTCPeerConnection;
  private readonly remote = new MediaStream();
  private readonly startedAt = performance.now();
  private readonly goodbye = new AbortController();
  private readonly candidates: RemoteCandidates;
  private readonly frames: FrameWatch;
  private readonly reporter: Reporter;
  private readonly path: Path;
  private readonly options: DirectCallOptions;
  private negotiation: Negotiation;
  private state: LinkState = "connecting";
  private inbox: Promise<void> = Promise.resolve();
  /** The other side's certificate, as its first description named it. */
  private other: string | null = null;
  private spoken = false;

  constructor(options: DirectCallOptions) {
    const { setup, polite } = options;
    this.options = options;
    this.generation = setup.generation;
    this.negotiation = begin(polite);
    this.connection = options.warm?.connection ?? newConnection(setup.ice_servers);
    this.candidates = new RemoteCandidates(this.connection);
    this.frames = new FrameWatch(this.connection, (news) => this.onMedia(news));
    this.reporter = new Reporter(this.connection, setup, options.send);
    this.path = new Path(this.connection, {
      polite,
      flow: () => this.frames.state,
      onStanding: (state) => this.enter(state),
      onFailed: (reason) => this.fail(reason),
    });
    this.listen();
    this.begin();
  }

  private begin(): void {
    const { polite, warm, description } = this.options;
    if (warm != null) {
      this.noteSignaling();
      for (const candidate of warm.adopt()) {
        this.sendCandidate(candidate);
      }
      return;
    }
    this.addTracks();
    if (description != null) {
      this.enqueue(() => this.takeDescription(description));
    } else if (!polite) {
      void this.offer();
    }
  }

  setLocalStream(stream: MediaStream): void {
    for (const track of stream.getTracks()) {
      if (!carries(this.connection, track.kind)) {
        this.connection.addTrack(track, stream);
      }
    }
    place(this.connection, stream);
  }

  /** Order is kept; another generation's words are dropped. */
  onPeer(event: PeerDescription | PeerCandidate): void {
    if (event.generation !== this.generation) {
      return;
    }
    if (event.type === "peer.description") {
      this.enqueue(() => this.takeDescription(event.description));
    } else {
      this.enqueue(() => this.candidates.take(event.candidate));
    }
  }

  onStatus(status: CallStatus): void {
    this.frames.expect(status.peer_video);
    if (status.state === "connected" && !this.ended) {
      growWhole(this.connection);
    }
  }

  onWholeState(state: CallStatus["state"]): void {
    const news = unheard(this.frames.state, state);
    if (news !== null && !this.ended) {
      this.report(news);
    }
  }

  watch(video: HTMLVideoElement): void {
    this.frames.watch(video);
  }

  onSocketReconnected(): void {
    const { localDescription } = this.connection;
    if (this.negotiation.signaling === "have-local-offer" && localDescription !== null) {
      this.sendDescription(localDescription);
    } else {
      this.path.restart();
    }
  }

  close(): void {
    if (this.state === "closed") {
      return;
    }
    this.enter("closed");
    this.stop();
  }

  private get ended(): boolean {
    return this.state === "closed" || this.state === "failed";
  }

  // ---------------------------------------------------------------- negotiation

  private listen(): void {
    const { connection } = this;
    const listening = { signal: this.goodbye.signal };
    const on = (type: string, handler: (event: Event) => void): void =>
      connection.addEventListener(type, handler, listening);
    on("negotiationneeded", () => void this.offer());
    on("signalingstatechange", () =>
      this.note({ type: "signaling", state: connection.signalingState }),
    );
    on("icecandidate", (event) =>
      this.sendCandidate((event as RTCPeerConnectionIceEvent).candidate),
    );
    on("track", (event) => {
      this.remote.addTrack((event as RTCTrackEvent).track);
      this.options.onRemoteStream(this.remote);
    });
    on("iceconnectionstatechange", () => this.path.lookAtIce());
    on("connectionstatechange", () => this.path.lookAtHandshake());
    addEventListener("online", () => this.path.onNetworkChanged(), listening);
  }

  private addTracks(): void {
    const { localStream } = this.options;
    if (localStream !== null) {
      this.setLocalStream(localStream);
    }
    if (!this.options.polite) {
      completeKinds(this.connection);
    }
    startSmall(this.connection);
  }

  private async offer(): Promise<void> {
    if (this.ended || !mayOffer(this.negotiation)) {
      return;
    }
    this.note({ type: "offer_begun" });
    try {
      await this.connection.setLocalDescription();
      this.noteSignaling();
      if (this.connection.localDescription !== null) {
        this.sendDescription(this.connection.localDescription);
      }
    } catch {
      this.fail("other");
    } finally {
      this.note({ type: "offer_done" });
    }
  }

  private async takeDescription(description: SessionDescription): Promise<void> {
    this.noteSignaling();
    const verdict = judge(this.negotiation, description.type);
    if (description.type === "offer") {
      this.note({ type: "offer_judged", ignored: verdict === "ignore" });
    }
    if (verdict === "ignore" || verdict === "drop") {
      return;
    }
    if (!this.isOfOneOther(description)) {
      this.fail("fingerprint_mismatch");
      return;
    }
    if (verdict === "apply") {
      this.note({ type: "answer_begun" });
    }
    await this.connection.setRemoteDescription(description);
    this.note({ type: "remote_applied" });
    this.path.putOffRestart();
    if (verdict === "answer") {
      answerBothWays(this.connection);
      await this.connection.setLocalDescription();
      if (this.connection.localDescription !== null) {
        this.sendDescription(this.connection.localDescription);
      }
    }
    this.noteSignaling();
    await this.candidates.release();
  }

  /**
   * Whether the description names the certificate that the first one named. Throws when it names
   * none, or several.
   */
  private isOfOneOther(description: SessionDescription): boolean {
    const named = fingerprintOf(description.sdp);
    if (named === null) {
      throw new TypeError("not one certificate");
    }
    this.other ??= named;
    return this.other === named;
  }

  private enqueue(work: () => Promise<void>): void {
    this.inbox = this.inbox.then(async () => {
      if (this.ended) {
        return;
      }
      try {
        await work();
      } catch {
        this.note({ type: "answer_done" });
        this.fail("description_rejected");
      }
    });
  }

  private note(event: NegotiationEvent): void {
    this.negotiation = reduce(this.negotiation, event);
  }

  /** The event comes a task later than the state: never judge by an old one. */
  private noteSignaling(): void {
    this.note({ type: "signaling", state: this.connection.signalingState });
  }

  private onMedia(news: MediaNews): void {
    if (this.ended) {
      return;
    }
    this.report(news);
    this.enter(news === "interrupted" ? "reconnecting" : "connected");
  }

  private report(news: MediaNews): void {
    this.options.send(mediaReport(this.options.setup, news, this.startedAt));
  }

  private sendDescription(description: RTCSessionDescription): void {
    if (description.type !== "offer" && description.type !== "answer") {
      return;
    }
    this.options.send({
      type: "call.description",
      encounter_id: this.options.setup.encounter_id,
      generation: this.generation,
      description: { type: description.type, sdp: description.sdp },
    });
  }

  private sendCandidate(candidate: RTCIceCandidate | null): void {
    this.options.send({
      type: "call.candidate",
      encounter_id: this.options.setup.encounter_id,
      generation: this.generation,
      candidate: asWireCandidate(candidate),
    });
  }

  private fail(reason: CallFailed["reason"]): void {
    if (this.ended) {
      return;
    }
    const { encounter_id } = this.options.setup;
    this.options.send({
      type: "call.failed",
      encounter_id,
      generation: this.generation,
      reason,
    });
    this.enter("failed");
    this.stop();
  }

  private stop(): void {
    this.goodbye.abort();
    this.frames.stop();
    this.reporter.stop();
    this.path.stop();
    this.connection.close();
  }

  private enter(state: LinkState): void {
    if (this.state !== state) {
      this.state = state;
      this.options.onState(state);
    }
    if (state === "connected" && !this.spoken) {
      this.spoken = true;
      void this.speak();
    }
  }

  /** Both certificates are what the handshake was held to: it would have failed otherwise. */
  private async speak(): Promise<void> {
    const own = fingerprintOf(this.connection.localDescription?.sdp ?? "");
    if (own === null || this.other === null) {
      return;
    }
    const { encounter_id: encounterId, generation } = this.options.setup;
    const fingerprints = [own, this.other] as const;
    const words = await spokenWords({ encounterId, generation, fingerprints });
    if (!this.ended) {
      this.options.onWords(words);
    }
  }
}
