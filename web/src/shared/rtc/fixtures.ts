// Stand-ins for what a browser has, for tests of the parts that use it.

export interface FakeEncoding {
  active: boolean;
  scaleResolutionDownBy?: number;
}

export class FakeTrack extends EventTarget {
  enabled = true;
  readyState: "live" | "ended" = "live";

  constructor(readonly kind: string) {
    super();
  }

  stop(): void {
    this.readyState = "ended";
  }

  /** Unplugged, or taken by another program. */
  lose(): void {
    this.readyState = "ended";
    this.dispatchEvent(new Event("ended"));
  }
}

export class FakeStream {
  private readonly tracks: FakeTrack[];

  constructor(tracks: readonly FakeTrack[] = []) {
    this.tracks = [...tracks];
  }

  getTracks(): FakeTrack[] {
    return [...this.tracks];
  }

  getAudioTracks(): FakeTrack[] {
    return this.tracks.filter((each) => each.kind === "audio");
  }

  getVideoTracks(): FakeTrack[] {
    return this.tracks.filter((each) => each.kind === "video");
  }

  addTrack(track: FakeTrack): void {
    this.tracks.push(track);
  }
}

/** Like a browser's, it refuses parameters that were not read since they were last set. */
export class FakeSender {
  track: FakeTrack | null = null;
  encodings: FakeEncoding[] = [{ active: true }];
  readonly history: string[] = [];
  private readAt = 0;
  /** How often parameters were set. */
  setAt = 0;

  replaceTrack(track: FakeTrack | null): Promise<void> {
    this.track = track;
    this.history.push(track === null ? "no track" : "track");
    return Promise.resolve();
  }

  getParameters(): { encodings: FakeEncoding[] } {
    this.readAt = this.setAt;
    return { encodings: this.encodings.map((each) => ({ ...each })) };
  }

  async setParameters(parameters: { encodings: FakeEncoding[] }): Promise<void> {
    if (this.readAt !== this.setAt) {
      throw new DOMException("read them first", "InvalidStateError");
    }
    this.setAt += 1;
    await Promise.resolve();
    this.encodings = parameters.encodings;
    this.history.push(parameters.encodings[0]?.active === true ? "active" : "inactive");
  }
}

export class FakeTransceiver {
  direction = "recvonly";
  readonly sender = new FakeSender();
  readonly receiver: { readonly track: FakeTrack };

  constructor(kind: string) {
    this.receiver = { track: new FakeTrack(kind) };
  }
}

/** A connection that offers or answers; what it sends comes with the first description. */
export class FakeConnection extends EventTarget {
  static made: FakeConnection[] = [];
  transceivers: FakeTransceiver[] = [];
  connectionState = "new";
  iceConnectionState = "new";
  remoteDescription: { sdp: string } | null = null;
  localDescription: { type: string; sdp: string } | null = null;
  readonly signalingState = "stable";
  closed = false;
  packetsReceived = 0;
  restarts = 0;
  /** What its descriptions say of its certificate. */
  certificate = "";

  constructor() {
    super();
    FakeConnection.made.push(this);
  }

  getTransceivers(): FakeTransceiver[] {
    return this.transceivers;
  }

  async setRemoteDescription(description: { sdp: string }): Promise<void> {
    await Promise.resolve();
    if (description.sdp === "nonsense") {
      throw new DOMException("not SDP", "InvalidAccessError");
    }
    this.remoteDescription = description;
    if (this.transceivers.length === 0) {
      this.transceivers = [new FakeTransceiver("audio"), new FakeTransceiver("video")];
    }
  }

  async setLocalDescription(): Promise<void> {
    await Promise.resolve();
    const remote = this.remoteDescription;
    this.localDescription =
      remote === null
        ? { type: "offer", sdp: `an offer${this.certificate}` }
        : { type: "answer", sdp: `answer to ${headOf(remote.sdp)}${this.certificate}` };
  }

  addTransceiver(kind: string): FakeTransceiver {
    const made = new FakeTransceiver(kind);
    this.transceivers.push(made);
    return made;
  }

  addTrack(track: FakeTrack): void {
    this.addTransceiver(track.kind).sender.track = track;
  }

  getStats(): Promise<object[]> {
    return Promise.resolve([
      { type: "inbound-rtp", kind: "audio", packetsReceived: this.packetsReceived },
      { type: "inbound-rtp", kind: "video", framesDecoded: this.packetsReceived },
    ]);
  }

  close(): void {
    this.closed = true;
  }

  restartIce(): void {
    this.restarts += 1;
  }

  /** Both ICE and the handshake say so. */
  stand(state: "connected" | "disconnected" | "failed"): void {
    this.connectionState = state;
    this.iceConnectionState = state;
    this.dispatchEvent(new Event("connectionstatechange"));
  }

  /** What each of the two says by itself. */
  become(ice: string, whole: string): void {
    this.iceConnectionState = ice;
    this.connectionState = whole;
    this.dispatchEvent(new Event("iceconnectionstatechange"));
    this.dispatchEvent(new Event("connectionstatechange"));
  }

  get sent(): readonly (string | null)[] {
    return this.transceivers.map((each) => each.sender.track?.kind ?? null);
  }
}

/** What of a description is before its certificate. */
function headOf(sdp: string): string {
  return sdp.split("\r\n")[0] ?? "";
}
