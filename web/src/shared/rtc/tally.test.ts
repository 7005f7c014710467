import { describe, expect, test } from "vitest";
import { BEGUN, type Figures, type Look, look, STEPS_MAX } from "./tally";

const NOTHING: Look = {
  at: 0,
  videoPackets: 0,
  videoBytes: 0,
  resentPackets: 0,
  videoLost: 0,
  videoJitterS: 0,
  freezesS: 0,
  frames: 0,
  keyframes: 0,
  audioPackets: 0,
  audioBytes: 0,
  audioLost: 0,
  audioJitterS: 0,
  concealedSamples: 0,
  level: null,
};

/** Looks every `every` ms, with counters that grow as `at` says. */
function told(
  count: number,
  every: number,
  at: (ms: number) => Partial<Look>,
  from = 5_000,
): Figures[] {
  const found: Figures[] = [];
  let tally = BEGUN;
  for (let place = 0; place < count; place += 1) {
    const ms = from + place * every;
    const step = look(tally, { ...NOTHING, at: ms, ...at(ms) });
    tally = step.tally;
    if (step.figures !== null) {
      found.push(step.figures);
    }
  }
  return found;
}

const talking = (ms: number): Partial<Look> => ({
  videoPackets: ms / 10,
  videoBytes: ms * 50,
  frames: Math.floor(ms / 50),
  audioPackets: ms / 20,
  audioBytes: ms * 4,
  videoJitterS: 0.004,
  level: 0.1,
});

describe("a second of what was received", () => {
  test("is told when it is over, under its own number, as the growth of the counters", () => {
    const [second, next] = told(17, 125, talking);
    expect(second).toMatchObject({
      second: 5,
      video_packets: 100,
      video_bytes: 50_000,
      frames: 20,
      audio_packets: 50,
      audio_bytes: 4_000,
      video_jitter_us: 4_000,
      level_millionths: 100_000,
    });
    expect(next?.second).toBe(6);
  });

  test("has the frames and bytes from look to look, which add up to its own", () => {
    const [second] = told(9, 125, talking);
    expect(second?.steps).toHaveLength(8);
    const total = second?.steps.reduce((sum, one) => sum + one.octets, 0);
    expect(total).toBe(second?.video_bytes);
  });

  test("never has more steps than the server takes", () => {
    const [second] = told(60, 20, talking);
    expect(second?.steps).toHaveLength(STEPS_MAX);
  });

  test("is left out when the page was held up in it", () => {
    expect(told(3, 700, talking)).toHaveLength(1);
    expect(told(3, 900, talking)).toEqual([]);
    expect(told(4, 1_900, talking)).toEqual([]);
  });

  test("is left out when it began too late to be one", () => {
    expect(told(3, 125, talking, 5_800)).toEqual([]);
  });

  test("is begun anew when the page's clock was set back", () => {
    const first = look(BEGUN, { ...NOTHING, at: 9_000 });
    const back = look(first.tally, { ...NOTHING, at: 4_000 });
    expect(back).toEqual({ tally: { looks: [{ ...NOTHING, at: 4_000 }] }, figures: null });
  });

  test("has no number below nothing when a counter began anew", () => {
    const [second] = told(9, 125, (ms) => ({ frames: 10_000 - ms, videoLost: -ms }));
    expect(second).toMatchObject({ frames: 0, video_lost: 0, keyframes: 0 });
  });

  test("has no level where the browser tells none", () => {
    const [second] = told(9, 125, () => ({}));
    expect(second?.level_millionths).toBe(-1);
  });

  test("never has more keyframes than frames", () => {
    const [second] = told(9, 125, (ms) => ({ frames: ms / 100, keyframes: ms }));
    expect(second?.keyframes).toBe(second?.frames);
  });

  test("counts what could not be played in milliseconds", () => {
    const [second] = told(9, 125, (ms) => ({ concealedSamples: ms * 24 }));
    expect(second?.concealed_ms).toBe(500);
  });
});
