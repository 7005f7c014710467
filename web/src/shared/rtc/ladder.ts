// The ladder: less is asked of a weak path, step by step, and more again when it holds. Pure,
// the same machine as `media/ladder.py`; `tests/vectors` holds both together.
//
//   full              --worsened----------> lower_resolution
//   lower_resolution  --worsened----------> lower_rate
//   lower_rate        --improved----------> lower_resolution
//   lower_resolution  --improved----------> full
//   any with video    --audio_only_agreed-> audio_only      explicit, allowed and consented
//   audio_only        --video_agreed------> lower_rate      explicit
//
// The modality never changes by itself: a path that stays bad on the lowest step with video
// leads to a suggestion, which changes nothing.

import { FAIR_MIN, GOOD_MIN } from "./quality";

export const RUNGS = ["full", "lower_resolution", "lower_rate", "audio_only"] as const;

/** How much is sent in one direction. */
export type Rung = (typeof RUNGS)[number];

/** What the pages may offer to the two people. */
export type Suggestion = "audio_only" | "video";

/** What a browser is told with `RTCRtpSender.setParameters`, or `replaceTrack(null)`. */
export interface Encoding {
  readonly scale_down_by: number;
  readonly frame_rate_max: number;
  readonly video: boolean;
  /** bit/s, or null for what the path gives. */
  readonly bitrate_max: number | null;
}

export const ENCODINGS: Readonly<Record<Rung, Encoding>> = {
  full: { scale_down_by: 1, frame_rate_max: 30, video: true, bitrate_max: null },
  lower_resolution: { scale_down_by: 2, frame_rate_max: 30, video: true, bitrate_max: 600_000 },
  lower_rate: { scale_down_by: 2, frame_rate_max: 12, video: true, bitrate_max: 250_000 },
  audio_only: { scale_down_by: 1, frame_rate_max: 0, video: false, bitrate_max: null },
};

export type LadderEvent =
  | { readonly type: "worsened" }
  | { readonly type: "improved" }
  | {
      readonly type: "audio_only_agreed";
      /** The rules, decided again for this moment, permit it. */
      readonly allowed: boolean;
      /** The patient's consent covers it. */
      readonly consented: boolean;
    }
  | { readonly type: "video_agreed" };

export const TRANSITIONS: Readonly<
  Record<Rung, Readonly<Partial<Record<LadderEvent["type"], Rung>>>>
> = {
  full: { worsened: "lower_resolution", audio_only_agreed: "audio_only" },
  lower_resolution: {
    worsened: "lower_rate",
    improved: "full",
    audio_only_agreed: "audio_only",
  },
  lower_rate: { improved: "lower_resolution", audio_only_agreed: "audio_only" },
  audio_only: { video_agreed: "lower_rate" },
};

/** How patient the ladder is; scores are on the scale of R. */
export interface Hysteresis {
  readonly worse_below: number;
  readonly better_from: number;
  readonly worsen_after_s: number;
  readonly improve_after_s: number;
  readonly dwell_s: number;
}

export const DEFAULTS: Hysteresis = {
  worse_below: FAIR_MIN,
  better_from: GOOD_MIN,
  worsen_after_s: 4,
  improve_after_s: 20,
  dwell_s: 5,
};

/** Where one direction stands, and since when its score has been low or high. */
export interface Ladder {
  readonly rung: Rung;
  readonly stepped_at_s: number | null;
  readonly low_since_s: number | null;
  readonly high_since_s: number | null;
}

/** An event that the ladder refuses; nothing changed. */
export class LadderError extends Error {
  constructor(readonly code: "illegal_transition" | "modality_not_allowed") {
    super(code);
    this.name = "LadderError";
  }
}

export function beginLadder(rung: Rung = "full"): Ladder {
  return { rung, stepped_at_s: null, low_since_s: null, high_since_s: null };
}

/** The ladder as an event leaves it; what was observed before counts no more. */
export function stepLadder(ladder: Ladder, event: LadderEvent, nowS: number): Ladder {
  const rung = TRANSITIONS[ladder.rung][event.type];
  if (rung === undefined) {
    throw new LadderError("illegal_transition");
  }
  if (event.type === "audio_only_agreed" && !(event.allowed && event.consented)) {
    throw new LadderError("modality_not_allowed");
  }
  return { ...beginLadder(rung), stepped_at_s: nowS };
}

/** The ladder after a time in which nothing was measured, or nothing sent: it stays. */
export function unweighed(ladder: Ladder): Ladder {
  return { ...ladder, low_since_s: null, high_since_s: null };
}

/** The ladder after one more score, and what to suggest, if anything. */
export function weighed(
  ladder: Ladder,
  score: number,
  nowS: number,
  limits: Hysteresis = DEFAULTS,
): { readonly ladder: Ladder; readonly suggestion: Suggestion | null } {
  const seen: Ladder = {
    ...ladder,
    low_since_s: since(ladder.low_since_s, nowS, score < limits.worse_below),
    high_since_s: since(ladder.high_since_s, nowS, score >= limits.better_from),
  };
  const dwelt = seen.stepped_at_s === null ? null : nowS - seen.stepped_at_s;
  if (dwelt !== null && dwelt >= 0 && dwelt < limits.dwell_s) {
    return { ladder: seen, suggestion: null };
  }
  const low = lasted(seen.low_since_s, nowS, limits.worsen_after_s);
  if (!low && !lasted(seen.high_since_s, nowS, limits.improve_after_s)) {
    return { ladder: seen, suggestion: null };
  }
  const type = low ? "worsened" : "improved";
  if (TRANSITIONS[seen.rung][type] !== undefined) {
    return { ladder: stepLadder(seen, { type }, nowS), suggestion: null };
  }
  const wanted: Rung = low ? "lower_rate" : "audio_only";
  const suggestion: Suggestion = low ? "audio_only" : "video";
  return { ladder: seen, suggestion: seen.rung === wanted ? suggestion : null };
}

/** Since when it holds; a clock that went back begins anew. */
function since(sinceS: number | null, nowS: number, holds: boolean): number | null {
  if (!holds) {
    return null;
  }
  return sinceS === null || sinceS > nowS ? nowS : sinceS;
}

function lasted(sinceS: number | null, nowS: number, forS: number): boolean {
  return sinceS !== null && nowS - sinceS >= forS;
}
