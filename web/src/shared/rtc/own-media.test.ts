import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FakeStream, FakeTrack } from "./fixtures";
import { OwnMedia, type Switches } from "./own-media";

const opened: FakeTrack[] = [];
let noCamera = false;
const sent: string[][] = [];
const lost: Switches[] = [];

function getUserMedia(wanted: { audio: unknown; video: unknown }): Promise<FakeStream> {
  if (noCamera && wanted.video !== false) {
    return Promise.reject(new DOMException("none", "NotFoundError"));
  }
  const kinds = (["audio", "video"] as const).filter((kind) => wanted[kind] !== false);
  const tracks = kinds.map((kind) => new FakeTrack(kind));
  opened.push(...tracks);
  return Promise.resolve(new FakeStream(tracks));
}

function media(): OwnMedia {
  return new OwnMedia({
    onStream: (stream) => sent.push(stream.getTracks().map((each) => each.kind)),
    onCameraLost: (switches) => lost.push(switches),
  });
}

const live = (): string[] =>
  opened.filter((each) => each.readyState === "live").map((each) => each.kind);

beforeEach(() => {
  opened.length = 0;
  sent.length = 0;
  lost.length = 0;
  noCamera = false;
  vi.stubGlobal("MediaStream", FakeStream);
  vi.stubGlobal("navigator", { userAgent: "", mediaDevices: { getUserMedia } });
});
afterEach(() => void vi.unstubAllGlobals());

test("a camera that is off is closed, and the microphone goes on", async () => {
  const own = media();
  await own.acquire();
  await own.switch({ audio: true, video: false });
  expect(live()).toEqual(["audio"]);
  expect(sent).toEqual([["audio", "video"], ["audio"]]);
});

test("on again opens the camera anew, beside the same microphone", async () => {
  const own = media();
  await own.acquire();
  await own.switch({ audio: true, video: false });
  await own.switch({ audio: true, video: true });
  expect(opened.map((each) => each.kind)).toEqual(["audio", "video", "video"]);
  expect(sent.at(-1)).toEqual(["audio", "video"]);
});

test("a camera that is gone meanwhile stays off, and it is said why", async () => {
  const own = media();
  await own.acquire();
  await own.switch({ audio: true, video: false });
  noCamera = true;
  await own.switch({ audio: true, video: true });
  expect(own.problem.value).toBe("missing");
  expect(own.switches.value).toEqual({ audio: true, video: false });
  expect(lost).toEqual([{ audio: true, video: false }]);
  expect(live()).toEqual(["audio"]);
});

test("a camera that is unplugged leaves the sound alone", async () => {
  const own = media();
  await own.acquire();
  noCamera = true;
  opened.find((each) => each.kind === "video")?.lose();
  await vi.waitFor(() => expect(own.problem.value).toBe("missing"));
  expect(sent.at(-1)).toEqual(["audio"]);
  expect(live()).toEqual(["audio"]);
});

test("a muted microphone stays open and sends silence", async () => {
  const own = media();
  await own.acquire();
  await own.switch({ audio: false, video: true });
  expect(own.stream.value?.getAudioTracks().map((each) => each.enabled)).toEqual([false]);
  expect(live()).toEqual(["audio", "video"]);
});

test("a camera that was switched off while it was opening is not kept", async () => {
  const own = media();
  const opening = own.acquire();
  await own.switch({ audio: true, video: false });
  await opening;
  expect(live()).toEqual(["audio"]);
});

test("what is released while it opens is closed, and nothing of it is sent", async () => {
  const own = media();
  const opening = own.acquire();
  own.release();
  expect(await opening).toBeNull();
  expect(live()).toEqual([]);
  expect(sent).toEqual([]);
});
