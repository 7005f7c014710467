// Quality: a score for each direction of a call. Pure, and the same formulas as
// `media/quality.py`, where they are derived and cited; `tests/vectors` holds both together.
//
//   R = 93.2 - Id - Ie_eff      sound: the E-model (ITU-T G.107), simplified
//   93.2 * rate * lines * flowing * whole      video: a convention, on the same scale

export const GOOD_MIN = 80;
export const FAIR_MIN = 60;
export const POOR_MIN = 20;

const R_DEFAULT = 93.2;
const R_MAX = 100;
const MOS_MIN = 1;
const MOS_MAX = 4.5;
const DELAY_PER_MS = 0.024;
const DELAY_KNEE_MS = 177.3;
const DELAY_PER_MS_BEYOND = 0.11;
const OPUS_IMPAIRMENT = 0;
const OPUS_ROBUSTNESS = 25.1;
const IMPAIRMENT_MAX = 95;
const OPUS_DELAY_MS = 26.5;
const BUFFER_PER_JITTER = 2;
const SMOOTH_RATE = 24;
const CLEAR_HEIGHT = 480;
const LOSS_HALVES_PERCENT = 4;
const PERCENT = 100;
const FALL = 0.8;
const RISE = 0.4;
const STEADY = 4;

/** A score in one word, best first. */
export const GRADES = ["good", "fair", "poor", "lost"] as const;

export type Grade = (typeof GRADES)[number];

/** What the score of sound needs. */
export interface AudioFigures {
  /** Between the two browsers. */
  readonly round_trip_ms: number;
  /** Interarrival jitter (RFC 3550). */
  readonly jitter_ms: number;
  /** 0 to 1, not recovered by resending or redundancy. */
  readonly lost_share: number;
  /** Mean delay of the jitter buffer, or null where it is not known. */
  readonly buffer_ms: number | null;
}

/** What the score of video needs. */
export interface VideoFigures {
  /** Pictures a second. */
  readonly frame_rate: number;
  /** Lines of a picture, the shorter edge when it stands upright. */
  readonly height: number;
  /** 0 to 1, of the time. */
  readonly frozen_share: number;
  /** 0 to 1, not recovered by resending. */
  readonly lost_share: number;
}

/** R, 0 to 93.2, of one direction's sound. */
export function audioScore(figures: AudioFigures): number {
  const buffer = figures.buffer_ms ?? BUFFER_PER_JITTER * Math.max(0, figures.jitter_ms);
  const delayMs = Math.max(0, figures.round_trip_ms) / 2 + Math.max(0, buffer) + OPUS_DELAY_MS;
  const beyond = Math.max(0, delayMs - DELAY_KNEE_MS);
  const delay = DELAY_PER_MS * delayMs + DELAY_PER_MS_BEYOND * beyond;
  const lost = PERCENT * share(figures.lost_share);
  const loss =
    OPUS_IMPAIRMENT + ((IMPAIRMENT_MAX - OPUS_IMPAIRMENT) * lost) / (lost + OPUS_ROBUSTNESS);
  return Math.max(0, R_DEFAULT - delay - loss);
}

/** A score on the scale of R, 0 to 93.2, of one direction's pictures. */
export function videoScore(figures: VideoFigures): number {
  const rate = Math.sqrt(share(figures.frame_rate / SMOOTH_RATE));
  const lines = Math.sqrt(share(figures.height / CLEAR_HEIGHT));
  const flowing = (1 - share(figures.frozen_share)) ** 2;
  const whole = 1 / (1 + (PERCENT * share(figures.lost_share)) / LOSS_HALVES_PERCENT);
  return R_DEFAULT * rate * lines * flowing * whole;
}

/**
 * The figures as shares of what was asked for, on the scale of a whole picture: the ladder must
 * judge the path, not its own step. More than a smooth rate and clear lines is never asked for.
 */
export function asAsked(
  video: VideoFigures,
  asked: { readonly frame_rate: number; readonly height: number },
): VideoFigures {
  return {
    ...video,
    frame_rate: SMOOTH_RATE * share(video.frame_rate / within(asked.frame_rate, SMOOTH_RATE)),
    height: CLEAR_HEIGHT * share(video.height / within(asked.height, CLEAR_HEIGHT)),
  };
}

/** The score of one direction: of its worse medium; without video, of its sound. */
export function directionScore(audio: AudioFigures, video: VideoFigures | null): number {
  const heard = audioScore(audio);
  return video === null ? heard : Math.min(heard, videoScore(video));
}

/** The mean opinion score, 1 to 4.5, of an R (G.107, annex B). */
export function mos(score: number): number {
  const r = Math.min(R_MAX, Math.max(0, score));
  const estimate = 1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6;
  return Math.min(MOS_MAX, Math.max(MOS_MIN, estimate));
}

/** The score to show: it follows a fall by 0.8 of it at once, a rise by 0.4. */
export function smoothed(before: number | null, score: number): number {
  if (before === null) {
    return score;
  }
  return before + (score < before ? FALL : RISE) * (score - before);
}

/** The word for a score. */
export function grade(score: number): Grade {
  if (score >= GOOD_MIN) {
    return "good";
  }
  if (score >= FAIR_MIN) {
    return "fair";
  }
  return score >= POOR_MIN ? "poor" : "lost";
}

/** The word to show: worse at once, better only when the score is clearly above the limit. */
export function settled(before: Grade | null, score: number): Grade {
  const now = grade(score);
  if (before === null || rank(now) >= rank(before)) {
    return now;
  }
  const sure = grade(score - STEADY);
  return rank(sure) < rank(before) ? sure : before;
}

/** 0 is the best. */
function rank(word: Grade): number {
  return GRADES.indexOf(word);
}

function share(value: number): number {
  return Math.min(1, Math.max(0, value));
}

function within(asked: number, enough: number): number {
  return Math.min(enough, Math.max(1, asked));
}
