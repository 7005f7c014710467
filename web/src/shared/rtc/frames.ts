// Watches whether pictures arrive, by two witnesses: the video element's frame callback and the
// counters of the connection. Neither alone is there in every browser and state of a page.

import { beginFlow, type Flow, type FlowName, type FlowNews, observe } from "./flow";

const FIRST_LOOK_MS = 50;
const LATER_LOOK_MS = 500;

export type MediaNews = Exclude<FlowNews, null>;

export class FrameWatch {
  private connection: RTCPeerConnection | null;
  private readonly onNews: (news: MediaNews) => void;
  private flow: Flow = beginFlow(performance.now());
  private timer: ReturnType<typeof setTimeout> | undefined;
  private frames = 0;
  private expected = true;
  private stopped = false;

  /** `connection` may come later, by `follow`. */
  constructor(connection: RTCPeerConnection | null, onNews: (news: MediaNews) => void) {
    this.connection = connection;
    this.onNews = onNews;
    this.lookLater();
  }

  get state(): FlowName {
    return this.flow.name;
  }

  /** The picture comes over this connection from now on: what was awaited is awaited of it. */
  follow(connection: RTCPeerConnection): void {
    if (this.connection !== connection) {
      this.connection = connection;
      this.frames = 0;
      this.flow = { ...this.flow, frames: 0 };
    }
  }

  /** Whether the other side's camera is on, so that frames should come. */
  expect(on: boolean): void {
    this.expected = on;
  }

  /** The first picture that this element presents is the first frame. */
  watch(video: HTMLVideoElement): void {
    if (typeof video.requestVideoFrameCallback !== "function") {
      return;
    }
    video.requestVideoFrameCallback(() => {
      if (this.flow.name === "waiting") {
        this.saw(this.frames + 1);
      }
    });
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private lookLater(): void {
    const delay = this.flow.name === "waiting" ? FIRST_LOOK_MS : LATER_LOOK_MS;
    this.timer = setTimeout(async () => {
      const { connection } = this;
      const frames = connection === null ? 0 : await decodedFrames(connection);
      if (this.connection === connection) {
        this.saw(frames);
      }
      if (!this.stopped) {
        this.lookLater();
      }
    }, delay);
  }

  private saw(frames: number): void {
    if (this.stopped) {
      return;
    }
    this.frames = Math.max(this.frames, frames);
    // A page in the background may not decode: silence there is no fault of the network.
    const expected = this.expected && document.visibilityState === "visible";
    const look = { frames: this.frames, expected };
    const { flow, news } = observe(this.flow, look, performance.now());
    this.flow = flow;
    if (news !== null) {
      this.onNews(news);
    }
  }
}

/** Frames decoded so far, over all incoming video. 0 when nothing can be read. */
async function decodedFrames(connection: RTCPeerConnection): Promise<number> {
  try {
    const report = await connection.getStats();
    let frames = 0;
    report.forEach((entry: { type: string; kind?: string; framesDecoded?: number }) => {
      if (entry.type === "inbound-rtp" && entry.kind === "video") {
        frames += entry.framesDecoded ?? 0;
      }
    });
    return frames;
  } catch {
    return 0;
  }
}
