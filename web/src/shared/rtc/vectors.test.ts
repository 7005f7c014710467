// The cases that `tests/unit/media/quality_vectors.py` wrote from the Python functions.

import { expect, test } from "vitest";
import written from "../../../../tests/vectors/quality.json";
import {
  beginLadder,
  DEFAULTS,
  ENCODINGS,
  type Encoding,
  type Hysteresis,
  type Ladder,
  LadderError,
  type LadderEvent,
  RUNGS,
  type Rung,
  type Suggestion,
  stepLadder,
  weighed,
} from "./ladder";
import {
  type AudioFigures,
  asAsked,
  audioScore,
  directionScore,
  type Grade,
  grade,
  mos,
  settled,
  smoothed,
  type VideoFigures,
  videoScore,
} from "./quality";

interface Look {
  readonly now_s: number;
  readonly score: number;
  readonly after: Ladder;
  readonly suggestion: Suggestion | null;
}

interface Vectors {
  readonly audio: readonly { readonly figures: AudioFigures; readonly score: number }[];
  readonly video: readonly {
    readonly figures: VideoFigures;
    readonly score: number;
    readonly asked: { readonly frame_rate: number; readonly height: number };
    readonly asked_score: number;
  }[];
  readonly direction: readonly {
    readonly audio: AudioFigures;
    readonly video: VideoFigures | null;
    readonly score: number;
  }[];
  readonly words: readonly {
    readonly score: number;
    readonly before: Grade | null;
    readonly grade: Grade;
    readonly settled: Grade;
    readonly mos: number;
  }[];
  readonly smoothing: readonly {
    readonly before: number | null;
    readonly score: number;
    readonly shown: number;
  }[];
  readonly encodings: readonly { readonly rung: Rung; readonly encoding: Encoding }[];
  readonly hysteresis: readonly Hysteresis[];
  readonly steps: readonly {
    readonly rung: Rung;
    readonly event: LadderEvent;
    readonly after: Ladder | null;
    readonly error: LadderError["code"] | null;
  }[];
  readonly walks: readonly { readonly rung: Rung; readonly looks: readonly Look[] }[];
}

const cases = written as unknown as Vectors;
const DIGITS = 9;

test("sound, pictures and both of a direction score as in Python", () => {
  expect(cases.audio.length).toBeGreaterThan(100);
  for (const { figures, score } of cases.audio) {
    expect(audioScore(figures)).toBeCloseTo(score, DIGITS);
  }
  expect(cases.video.length).toBeGreaterThan(100);
  for (const { figures, score, asked, asked_score } of cases.video) {
    expect(videoScore(figures)).toBeCloseTo(score, DIGITS);
    expect(videoScore(asAsked(figures, asked))).toBeCloseTo(asked_score, DIGITS);
  }
  expect(cases.direction.length).toBeGreaterThan(5);
  for (const { audio, video, score } of cases.direction) {
    expect(directionScore(audio, video)).toBeCloseTo(score, DIGITS);
  }
});

test("scores have the words, the opinion and the inertia that Python gives them", () => {
  expect(cases.words.length).toBeGreaterThan(50);
  for (const { score, before, ...expected } of cases.words) {
    expect({ grade: grade(score), settled: settled(before, score) }).toEqual({
      grade: expected.grade,
      settled: expected.settled,
    });
    expect(mos(score)).toBeCloseTo(expected.mos, DIGITS);
  }
  expect(cases.smoothing.length).toBeGreaterThan(5);
  for (const { before, score, shown } of cases.smoothing) {
    expect(smoothed(before, score)).toBeCloseTo(shown, DIGITS);
  }
});

test("the ladder has the rungs, encodings and patience that it has in Python", () => {
  expect(cases.encodings.map(({ rung }) => rung)).toEqual([...RUNGS]);
  for (const { rung, encoding } of cases.encodings) {
    expect(ENCODINGS[rung]).toEqual(encoding);
  }
  expect(cases.hysteresis).toEqual([DEFAULTS]);
});

test("every event on every rung does what it does in Python", () => {
  expect(cases.steps.length).toBeGreaterThan(20);
  for (const { rung, event, after, error } of cases.steps) {
    const step = (): Ladder => stepLadder(beginLadder(rung), event, 4);
    if (error === null) {
      expect(step()).toEqual(after);
    } else {
      expect(step).toThrow(new LadderError(error));
    }
  }
});

test("a ladder that weighs one score after another walks as in Python", () => {
  expect(cases.walks.length).toBeGreaterThan(3);
  for (const { rung, looks } of cases.walks) {
    let ladder = beginLadder(rung);
    for (const look of looks) {
      const seen = weighed(ladder, look.score, look.now_s);
      expect(seen).toEqual({ ladder: look.after, suggestion: look.suggestion });
      ladder = seen.ladder;
    }
  }
});
