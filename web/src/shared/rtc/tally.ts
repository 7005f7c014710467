// What was received in one second, from looks at the counters of a connection. Pure.
//
// Counters only grow; a second is the difference between the look that ended the one before and
// the first look in the next. Steps from look to look tell a picture that moves from one that
// does not (docs/evidence.md). A second that was looked at too seldom, or that is longer than
// one (the page was held up), is not told: not measured is better than guessed.

import type { CallReport } from "../protocol/types";

/** Counters of everything that comes in, as `getStats` has them; times in its units. */
export interface Look {
  /** Milliseconds, of the page's clock. */
  readonly at: number;
  readonly videoPackets: number;
  readonly videoBytes: number;
  readonly resentPackets: number;
  readonly videoLost: number;
  readonly videoJitterS: number;
  readonly freezesS: number;
  readonly frames: number;
  readonly keyframes: number;
  readonly audioPackets: number;
  readonly audioBytes: number;
  readonly audioLost: number;
  readonly audioJitterS: number;
  readonly concealedSamples: number;
  /** 0 to 1, or null where the browser does not tell. */
  readonly level: number | null;
}

export type Figures = Omit<CallReport, "v" | "id" | "type" | "encounter_id">;

export interface Tally {
  readonly looks: readonly Look[];
}

export const STEPS_MAX = 10;
const SPAN_MS_MAX = 1_600;
const SPAN_MS_MIN = 400;
const RATE_MAX = 10_000;
const BYTES_MAX = 12_500_000;
const JITTER_US_MAX = 60_000_000;
const SAMPLES_PER_MS = 48;

export const BEGUN: Tally = { looks: [] };

/** The tally with one look more, and the second that it ended, if it did. */
export function look(tally: Tally, next: Look): { tally: Tally; figures: Figures | null } {
  const first = tally.looks[0];
  if (first === undefined || next.at < first.at || secondOf(next) - secondOf(first) > 1) {
    return { tally: { looks: [next] }, figures: null };
  }
  const looks = [...tally.looks, next];
  // The look that ended a second lies in the next one, and begins that.
  if (secondOf(next) === secondOf(first)) {
    return { tally: { looks }, figures: null };
  }
  const span = next.at - first.at;
  const whole = span >= SPAN_MS_MIN && span <= SPAN_MS_MAX;
  return { tally: { looks: [next] }, figures: whole ? figuresOf(looks) : null };
}

function secondOf(one: Look): number {
  return Math.floor(one.at / 1_000);
}

function figuresOf(looks: readonly Look[]): Figures {
  const first = looks[0] as Look;
  const last = looks[looks.length - 1] as Look;
  const grown = (read: (one: Look) => number, most: number): number =>
    within(read(last) - read(first), most);
  const frames = grown((one) => one.frames, RATE_MAX);
  return {
    second: secondOf(first),
    video_packets: grown((one) => one.videoPackets, RATE_MAX),
    video_bytes: grown((one) => one.videoBytes, BYTES_MAX),
    resent_packets: grown((one) => one.resentPackets, RATE_MAX),
    video_lost: grown((one) => one.videoLost, RATE_MAX),
    video_jitter_us: within(last.videoJitterS * 1e6, JITTER_US_MAX),
    frozen_ms: grown((one) => one.freezesS * 1_000, SPAN_MS_MAX),
    frames,
    keyframes: Math.min(
      frames,
      grown((one) => one.keyframes, RATE_MAX),
    ),
    audio_packets: grown((one) => one.audioPackets, RATE_MAX),
    audio_bytes: grown((one) => one.audioBytes, BYTES_MAX),
    audio_lost: grown((one) => one.audioLost, RATE_MAX),
    audio_jitter_us: within(last.audioJitterS * 1e6, JITTER_US_MAX),
    concealed_ms: grown((one) => one.concealedSamples / SAMPLES_PER_MS, SPAN_MS_MAX),
    level_millionths: loudest(looks),
    steps: stepsOf(looks),
    varied: -1,
  };
}

function stepsOf(looks: readonly Look[]): Figures["steps"] {
  const steps = looks.slice(1).map((one, place) => {
    const before = looks[place] as Look;
    return {
      frames: within(one.frames - before.frames, RATE_MAX),
      octets: within(one.videoBytes - before.videoBytes, BYTES_MAX),
    };
  });
  return steps.slice(-STEPS_MAX);
}

function loudest(looks: readonly Look[]): number {
  const levels = looks.map((one) => one.level).filter((level) => level !== null);
  return levels.length === 0 ? -1 : within(Math.max(...levels) * 1e6, 1_000_000);
}

/** A whole number from 0 to `most`; a counter that went back counts as nothing. */
function within(value: number, most: number): number {
  return Number.isFinite(value) ? Math.min(most, Math.max(0, Math.round(value))) : 0;
}
