// What is worth saying about the quality of a call, and in which figures. Pure: keys and numbers,
// the sentences are those of each page.

import type { CallQuality, Direction } from "./call-quality";

/** Which way it is weak; `sentSmaller`: and less is sent because of it. */
export type Weakness = "sent" | "sentSmaller" | "received" | "both";

// One bad moment is no sentence: a word may change for a moment, what is read out must not.
const SAID_AFTER_MS = 4_000;

/** Null when nothing is to be said. */
export function weaknessOf({ sent, received, ladder, before }: CallQuality): Weakness | null {
  const now = before?.at_ms ?? 0;
  if (isWeak(sent, now)) {
    if (isWeak(received, now)) {
      return "both";
    }
    return ladder.rung === "full" ? "sent" : "sentSmaller";
  }
  return isWeak(received, now) ? "received" : null;
}

function isWeak({ weak_since_ms }: Direction, now: number): boolean {
  return weak_since_ms !== null && now - weak_since_ms >= SAID_AFTER_MS;
}

/** One direction in figures, as they are read out; null where there is none. */
export interface Details {
  readonly loss: string | null;
  readonly roundTrip: string | null;
  readonly jitter: string | null;
  readonly picture: string | null;
}

export function detailsOf({ audio, video }: Direction): Details {
  return {
    loss: audio && `${(100 * Math.min(1, audio.lost_share)).toFixed(1)} %`,
    roundTrip: audio && `${Math.round(audio.round_trip_ms)} ms`,
    jitter: audio && `${Math.round(audio.jitter_ms)} ms`,
    picture: video && `${video.height} lines, ${Math.round(video.frame_rate)} a second`,
  };
}
