// The own camera and microphone of a page: opened once, shared, switched, released. Edge.
//
// A microphone that is off goes on sending silence, which tells a quiet person from a dead path.
// A camera that is off is closed, so that its light is out and nobody can be seen; switching it
// on opens it again, whatever became of it meanwhile.

import { type ReadonlySignal, signal } from "@preact/signals";
import { type DeviceProblem, mediaAlive, openMedia, stopMedia } from "./devices";

export interface Switches {
  readonly audio: boolean;
  readonly video: boolean;
}

const BOTH_ON: Switches = { audio: true, video: true };

export interface MediaListener {
  /** What there is to send, whenever that changes. */
  readonly onStream: (stream: MediaStream) => void;
  /** A camera went off that nobody switched off: it was lost, or would not open. */
  readonly onCameraLost: (switches: Switches) => void;
}

export class OwnMedia {
  private readonly listener: MediaListener;
  private readonly streamSignal = signal<MediaStream | null>(null);
  private readonly problemSignal = signal<DeviceProblem | null>(null);
  private readonly switchesSignal = signal<Switches>(BOTH_ON);
  private opening: Promise<MediaStream | null> | null = null;
  private wanted = false;

  constructor(listener: MediaListener) {
    this.listener = listener;
  }

  get stream(): ReadonlySignal<MediaStream | null> {
    return this.streamSignal;
  }

  get problem(): ReadonlySignal<DeviceProblem | null> {
    return this.problemSignal;
  }

  get switches(): ReadonlySignal<Switches> {
    return this.switchesSignal;
  }

  /** Open, or return what is open. Null when it cannot be, or was released meanwhile. */
  acquire(): Promise<MediaStream | null> {
    this.wanted = true;
    if (mediaAlive(this.streamSignal.value)) {
      return Promise.resolve(this.streamSignal.value);
    }
    this.opening ??= this.open().finally(() => {
      this.opening = null;
    });
    return this.opening;
  }

  /** Turn everything off. */
  release(): void {
    this.wanted = false;
    stopMedia(this.streamSignal.value);
    this.streamSignal.value = null;
    this.problemSignal.value = null;
    this.switchesSignal.value = BOTH_ON;
  }

  /** Switch; resolves when it is done. A camera that cannot be opened stays off. */
  async switch(switches: Switches): Promise<void> {
    this.switchesSignal.value = switches;
    this.mute();
    if (!switches.video) {
      this.problemSignal.value = null;
      this.dropCamera();
    } else if (this.wanted && this.cameraOf(this.streamSignal.value) === null) {
      await (this.opening ?? Promise.resolve());
      await this.bringCamera();
    }
  }

  private mute(): void {
    for (const track of this.streamSignal.value?.getAudioTracks() ?? []) {
      track.enabled = this.switchesSignal.value.audio;
    }
  }

  private dropCamera(): void {
    const cameras = this.streamSignal.value?.getVideoTracks() ?? [];
    if (cameras.length > 0) {
      this.take(this.soundOnly());
      stopMedia(new MediaStream(cameras));
    }
  }

  private async bringCamera(): Promise<void> {
    if (this.cameraOf(this.streamSignal.value) !== null) {
      return;
    }
    const result = await openMedia({ audio: false, video: true });
    const { streamSignal: held, switchesSignal: switches } = this;
    const late = !this.wanted || !switches.value.video || this.cameraOf(held.value) !== null;
    if (late) {
      stopMedia(result.ok ? result.stream : null);
    } else if (result.ok) {
      this.problemSignal.value = null;
      const sound = this.soundOnly().getTracks();
      this.take(new MediaStream([...sound, ...result.stream.getTracks()]));
    } else {
      this.problemSignal.value = result.problem;
      switches.value = { ...switches.value, video: false };
      this.listener.onCameraLost(switches.value);
    }
  }

  private cameraOf(stream: MediaStream | null): MediaStreamTrack | null {
    return stream?.getVideoTracks().find((each) => each.readyState === "live") ?? null;
  }

  private async open(): Promise<MediaStream | null> {
    const { video } = this.switchesSignal.value;
    stopMedia(this.streamSignal.value);
    const result = await openMedia({ audio: true, video });
    if (!this.wanted) {
      stopMedia(result.ok ? result.stream : null);
      return null;
    }
    this.problemSignal.value = result.ok ? null : result.problem;
    if (!result.ok) {
      this.streamSignal.value = null;
      return null;
    }
    this.take(result.stream);
    if (video && !this.switchesSignal.value.video) {
      this.dropCamera();
    }
    return this.streamSignal.value;
  }

  private take(stream: MediaStream): void {
    this.streamSignal.value = stream;
    this.mute();
    for (const track of stream.getTracks()) {
      track.addEventListener("ended", () => this.onLost(track), { once: true });
    }
    this.listener.onStream(stream);
  }

  /** A device was unplugged or taken away: try for another one, which says what is wrong. */
  private onLost(track: MediaStreamTrack): void {
    if (!this.wanted || this.streamSignal.value?.getTracks().includes(track) !== true) {
      return;
    }
    if (track.kind === "video" && mediaAlive(this.soundOnly())) {
      this.dropCamera();
      void this.bringCamera();
    } else {
      void this.acquire();
    }
  }

  private soundOnly(): MediaStream {
    return new MediaStream(this.streamSignal.value?.getAudioTracks() ?? []);
  }
}
