import { expect, test } from "vitest";
import { type CallQuality, looked, type Meant, UNMEASURED, unknown } from "./call-quality";
import type { Counters } from "./counters";
import { BEGINNING, toldBy, type Wish } from "./picture";
import { detailsOf, weaknessOf } from "./quality-words";

const CAMERA = { rate: 30, height: 720 };
const MEANT: Meant = { camera: true, peerCamera: true, visible: true, wish: BEGINNING };

/** What two seconds of a path do to the counters. */
interface Path {
  readonly lost?: number;
  readonly heard?: number;
  readonly seen?: number;
  readonly height?: number;
  readonly camera?: { readonly rate: number; readonly height: number } | null;
  readonly resent?: number;
  readonly report_age_ms?: number;
}

const BEGUN: Counters = {
  at_ms: 0,
  received: {
    sound: {
      packets: 0,
      lost: 0,
      jitter_ms: 1,
      concealed: 0,
      samples: 0,
      buffer_s: 0,
      emitted: 0,
    },
    pictures: {
      packets: 0,
      lost: 0,
      jitter_ms: 1,
      resent: 0,
      frames: 0,
      frozen_s: 0,
      width: 1_280,
      height: 720,
    },
  },
  sent: {
    sound: { packets: 0, lost_share: 0, jitter_ms: 1 },
    pictures: {
      packets: 0,
      lost_share: 0,
      jitter_ms: 1,
      resent: 0,
      frames: 0,
      width: 1_280,
      height: 720,
      source: CAMERA,
    },
  },
  round_trip_ms: 40,
  report_age_ms: 500,
};

/** Two seconds later, with the camera's picture as small and slow as it was asked to be. */
function later(before: Counters, path: Path = {}, wish: Wish = BEGINNING): Counters {
  const { lost = 0, heard = 100, seen = 30, camera = CAMERA, resent = 0 } = path;
  const { sound, pictures } = before.received;
  const sent = before.sent.pictures;
  if (sound === null || pictures === null || sent === null) throw new Error("no counters");
  const { scaleResolutionDownBy, maxFramerate } = toldBy(wish);
  const rate = Math.min(camera?.rate ?? 30, maxFramerate ?? 30);
  const height = (camera?.height ?? 720) / scaleResolutionDownBy;
  return {
    at_ms: before.at_ms + 2_000,
    received: {
      sound: {
        ...sound,
        packets: sound.packets + heard,
        samples: sound.samples + 96_000,
        buffer_s: sound.buffer_s + 0.04 * 96_000,
        emitted: sound.emitted + 96_000,
      },
      pictures: {
        ...pictures,
        packets: pictures.packets + 300,
        frames: pictures.frames + 2 * seen,
        height: path.height ?? 720,
      },
    },
    sent: {
      sound: { packets: 100, lost_share: lost, jitter_ms: 1 },
      pictures: {
        ...sent,
        packets: sent.packets + 300,
        frames: sent.frames + 2 * rate,
        lost_share: lost,
        resent: sent.resent + resent,
        height,
        width: height * 2,
        source: camera,
      },
    },
    round_trip_ms: 40,
    report_age_ms: path.report_age_ms ?? 500,
  };
}

/** A call over one path, looked at every two seconds, with the ladder obeyed. */
function call(
  quality: CallQuality,
  looks: number,
  path: Path = {},
  meant = MEANT,
): CallQuality {
  let now = quality;
  for (let look = 0; look < looks; look += 1) {
    const wish: Wish = { ...meant.wish, rung: now.ladder.rung };
    const counters = now.before === null ? BEGUN : later(now.before, path, wish);
    now = looked(now, counters, { ...meant, wish });
  }
  return now;
}

test("nothing is said before there is something to compare with", () => {
  expect(call(UNMEASURED, 1)).toMatchObject({
    sent: { grade: null },
    received: { grade: null },
  });
  expect(call(UNMEASURED, 2)).toMatchObject({
    sent: { grade: "good" },
    received: { grade: "good" },
  });
});

test("before anything has come nothing is interrupted", () => {
  const first = { ...BEGUN, received: { sound: null, pictures: null } };
  const next = { ...first, at_ms: 2_000 };
  const quality = looked(looked(UNMEASURED, first, MEANT), next, MEANT);
  expect(quality.received.grade).toBeNull();
});

test("a path that has lost what flowed on it is interrupted, not unknown", () => {
  const gone = call(call(UNMEASURED, 3), 4, { heard: 0, seen: 0 });
  expect(gone.received.grade).toBe("lost");
});

test("a weak path steps down, and a path that holds steps up again, to the top", () => {
  const fine = call(UNMEASURED, 5);
  const weak = call(fine, 5, { lost: 0.3 });
  expect(weak.ladder.rung).toBe("lower_resolution");
  const weaker = call(weak, 5, { lost: 0.3 });
  expect(weaker.ladder.rung).toBe("lower_rate");
  // What is seen stays worse for a while; the path is good, and that is what counts.
  const better = call(weaker, 15);
  expect(better.ladder.rung).toBe("lower_resolution");
  expect(better.sent.grade).not.toBe("good");
  const whole = call(better, 15);
  expect(whole).toMatchObject({ ladder: { rung: "full" }, sent: { grade: "good" } });
});

test("a path that stays weak is suggested sound alone, and keeps its pictures", () => {
  const weak = call(UNMEASURED, 60, { lost: 0.3 });
  expect(weak).toMatchObject({ ladder: { rung: "lower_rate" }, suggestion: "audio_only" });
});

test("a camera that gives few pictures is no fault of the path", () => {
  const dim = call(UNMEASURED, 20, { camera: { rate: 15, height: 360 } });
  expect(dim.ladder.rung).toBe("full");
  expect(dim.path).toBeGreaterThan(90);
  expect(dim.sent.grade).toBe("fair");
});

test("loss that is mended by resending is no damage to the picture", () => {
  const mended = call(UNMEASURED, 3, { lost: 0.05, resent: 15 });
  expect(mended.sent.video?.lost_share).toBeCloseTo(0.05 * 0.05, 9);
  const broken = call(UNMEASURED, 3, { lost: 0.05 });
  expect(broken.sent.video?.lost_share).toBe(0.05);
});

test("of received pictures, too, only what no resending mended is lost", () => {
  const { before } = call(UNMEASURED, 2);
  if (before === null || before.received.pictures === null) throw new Error("not looked at");
  const { pictures } = before.received;
  const lossy = (resent: number | null): number | undefined => {
    const next = later(before);
    const now = {
      ...pictures,
      packets: pictures.packets + 270,
      lost: pictures.lost + 30,
      resent,
    };
    const counters = { ...next, received: { ...next.received, pictures: now } };
    return looked({ ...UNMEASURED, before }, counters, MEANT).received.video?.lost_share;
  };
  expect(lossy(30)).toBe(0);
  expect(lossy(0)).toBeCloseTo(0.1, 9);
  expect(lossy(null)).toBeCloseTo(0.01, 9);
});

test("with the camera off a direction is judged by its sound, and the ladder waits", () => {
  const off = { ...MEANT, camera: false, peerCamera: false };
  const low = call(call(UNMEASURED, 5), 2, { lost: 0.3 });
  expect(low.ladder.low_since_s).not.toBeNull();
  const quality = call(low, 30, { lost: 0.3, seen: 0 }, off);
  expect(quality.ladder).toMatchObject({ rung: "full", low_since_s: null });
  expect(quality.sent.video).toBeNull();
  expect(quality.received).toMatchObject({ grade: "good", video: null });
});

test("a hidden page says nothing of what it receives, and goes on about what it sends", () => {
  const hidden = call(call(UNMEASURED, 3), 3, { seen: 0 }, { ...MEANT, visible: false });
  expect(hidden).toMatchObject({ received: { grade: null }, sent: { grade: "good" } });
});

test("old reports say nothing about now", () => {
  const silent = call(call(UNMEASURED, 3), 3, { lost: 0.3, report_age_ms: 20_000 });
  expect(silent.sent.grade).toBeNull();
  expect(silent.ladder).toMatchObject({ rung: "full", low_since_s: null });
  // What is received needs no report, at no look.
  expect(silent.received.grade).toBe("good");
  expect(call(silent, 1, { report_age_ms: 20_000 }).received.grade).toBe("good");
});

test("the small pictures of a connection that still searches for its limit move nothing", () => {
  const small = { ...BEGINNING, small: true } as const;
  const searching = call(UNMEASURED, 4, { lost: 0.3 }, { ...MEANT, wish: small });
  expect(searching.sent.grade).not.toBe("good");
  expect(searching.ladder).toEqual(UNMEASURED.ladder);
  const found = call(searching, 10);
  expect(found.ladder).toMatchObject({ rung: "full", stepped_at_s: null });
});

test("after a gap, as of a page that slept, what was low must last anew", () => {
  const low = call(call(UNMEASURED, 5), 2, { lost: 0.3 });
  const { before } = low;
  if (before === null) throw new Error("not looked at");
  const awake = looked(low, { ...later(before), at_ms: before.at_ms + 60_000 }, MEANT);
  expect(awake.ladder).toMatchObject({ rung: "full", low_since_s: null });
  expect(awake.before?.at_ms).toBe(before.at_ms + 60_000);
});

test("another connection keeps the step and forgets the figures", () => {
  const weak = call(UNMEASURED, 9, { lost: 0.3 });
  expect(weak.ladder.rung).toBe("lower_resolution");
  const other = unknown(weak);
  expect(other).toMatchObject({ ladder: { rung: "lower_resolution" }, sent: { grade: null } });
  expect(call(other, 2).sent.grade).not.toBeNull();
});

test("a bad moment is a word, what lasts is a sentence, and it names the direction", () => {
  const fine = call(UNMEASURED, 4);
  const moment = call(fine, 1, { lost: 0.3 });
  expect(moment.sent.grade).toBe("poor");
  expect(weaknessOf(moment)).toBeNull();
  expect(weaknessOf(call(moment, 2, { lost: 0.3 }))).toBe("sentSmaller");
  expect(weaknessOf(call(fine, 4, { seen: 3 }))).toBe("received");
  expect(weaknessOf(call(fine, 4, { seen: 3, lost: 0.3 }))).toBe("both");
  expect(weaknessOf(call(fine, 4))).toBeNull();
});

test("a weak path that is asked for all there is has a sentence of its own", () => {
  const weak = call(call(UNMEASURED, 4), 4, { lost: 0.3 });
  const full = { ...weak, ladder: UNMEASURED.ladder };
  expect(weaknessOf(full)).toBe("sent");
});

test("a direction is read out in figures, and what is missing stays empty", () => {
  const quality = call(UNMEASURED, 2, { seen: 20 });
  expect(detailsOf(quality.received)).toEqual({
    loss: "0.0 %",
    roundTrip: "40 ms",
    jitter: "1 ms",
    picture: "720 lines, 20 a second",
  });
  expect(detailsOf(UNMEASURED.sent)).toEqual({
    loss: null,
    roundTrip: null,
    jitter: null,
    picture: null,
  });
});
