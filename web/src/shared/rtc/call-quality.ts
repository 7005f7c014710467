// How both directions of a call go: fed with counters every two seconds. Pure.
//
// Two scores for what is sent: what the other person sees, which is shown, and what the path
// makes of what was asked for, which moves the ladder. What is received is judged as it is seen:
// how much was asked for is known to the other side only.

import type { Counters, ReceivedPictures, ReceivedSound, SentPictures } from "./counters";
import {
  beginLadder,
  ENCODINGS,
  type Ladder,
  type Suggestion,
  unweighed,
  weighed,
} from "./ladder";
import { toldBy, type Wish } from "./picture";
import {
  type AudioFigures,
  asAsked,
  directionScore,
  type Grade,
  settled,
  smoothed,
  type VideoFigures,
} from "./quality";

/** One direction, as it is shown. Without anything measured yet, score and word are null. */
export interface Direction {
  readonly score: number | null;
  readonly grade: Grade | null;
  readonly audio: AudioFigures | null;
  /** Null while the camera is off. */
  readonly video: VideoFigures | null;
  /** Since when it has been poor or worse, without a break; null while it is not. */
  readonly weak_since_ms: number | null;
}

export interface CallQuality {
  readonly received: Direction;
  readonly sent: Direction;
  readonly ladder: Ladder;
  /** What might be offered to both people. It changes nothing by itself. */
  readonly suggestion: Suggestion | null;
  /** The score that moved the ladder last. */
  readonly path: number | null;
  readonly before: Counters | null;
  /** When this connection was first looked at. */
  readonly begun_ms: number | null;
}

/** What is meant to flow, and how much was asked of the sender. */
export interface Meant {
  readonly camera: boolean;
  readonly peerCamera: boolean;
  /** Whether this page is seen: a hidden one may not decode, and nobody looks. */
  readonly visible: boolean;
  readonly wish: Wish;
}

// Timers were held, or a page slept: what lies between says nothing about now.
const GAP_MS = 6_000;
// Reports of sound come every five seconds or so; an old one says nothing about now.
const SILENT_REPORTS_MS = 12_000;
// A browser begins at some 300 kbit/s and takes seconds to find out that there is more. The small
// pictures of that time are no sign of a weak path; to limit them would slow the search.
const SEARCH_MS = 8_000;
const UNKNOWN: Direction = {
  score: null,
  grade: null,
  audio: null,
  video: null,
  weak_since_ms: null,
};

export const UNMEASURED: CallQuality = {
  received: UNKNOWN,
  sent: UNKNOWN,
  ladder: beginLadder(),
  suggestion: null,
  path: null,
  before: null,
  begun_ms: null,
};

/** After a look at the counters. */
export function looked(quality: CallQuality, now: Counters, meant: Meant): CallQuality {
  const { before } = quality;
  const passed = before === null ? 0 : now.at_ms - before.at_ms;
  const begun_ms = quality.begun_ms ?? now.at_ms;
  if (before === null || passed <= 0 || passed > GAP_MS) {
    return { ...unseen(quality), before: now, begun_ms };
  }
  const received = meant.visible ? receivedFigures(before, now, meant.peerCamera) : null;
  const sent = sentFigures(before, now, meant.camera);
  const shown = {
    ...quality,
    received: received === null ? UNKNOWN : followed(quality.received, received, now.at_ms),
    sent: sent === null ? UNKNOWN : followed(quality.sent, sent, now.at_ms),
    before: now,
    begun_ms,
  };
  return sent === null ? { ...unseen(shown), before: now } : climbed(shown, sent, now, meant);
}

/** While there is no connection to look at: it stays, and what was seen counts no more. */
export function unseen(quality: CallQuality): CallQuality {
  return {
    ...quality,
    ladder: unweighed(quality.ladder),
    suggestion: null,
    path: null,
    before: null,
  };
}

/** Another connection, or none: nothing is known of it, but the step is kept. */
export function unknown(quality: CallQuality): CallQuality {
  return { ...unseen(quality), received: UNKNOWN, sent: UNKNOWN, begun_ms: null };
}

interface Figures {
  readonly audio: AudioFigures;
  readonly video: VideoFigures | null;
}

function followed(before: Direction, { audio, video }: Figures, atMs: number): Direction {
  const score = smoothed(before.score, directionScore(audio, video));
  const grade = settled(before.grade, score);
  const weak = grade === "poor" || grade === "lost";
  const weak_since_ms = weak ? (before.weak_since_ms ?? atMs) : null;
  return { score, grade, audio, video, weak_since_ms };
}

/** The ladder weighs only while pictures are sent: sound alone says nothing about them. */
function climbed(
  quality: CallQuality,
  { audio, video }: Figures,
  now: Counters,
  { wish }: Meant,
): CallQuality {
  const camera = now.sent.pictures?.source;
  const idle = video === null || camera?.rate === 0;
  if (idle && ENCODINGS[quality.ladder.rung].video) {
    return { ...unseen(quality), before: now };
  }
  const asked = video && asAsked(video, askedOf(now.sent.pictures, video, wish));
  const path = smoothed(quality.path, directionScore(audio, asked));
  if (now.at_ms - (quality.begun_ms ?? now.at_ms) < SEARCH_MS) {
    return { ...quality, path };
  }
  return { ...quality, path, ...weighed(quality.ladder, path, now.at_ms / 1_000) };
}

function askedOf(
  pictures: SentPictures | null,
  video: VideoFigures,
  wish: Wish,
): { frame_rate: number; height: number } {
  const { scaleResolutionDownBy, maxFramerate } = toldBy(wish);
  const most = maxFramerate ?? Number.POSITIVE_INFINITY;
  const source = pictures?.source ?? null;
  return {
    frame_rate: Math.min(most, source?.rate ?? most),
    height: source === null ? video.height : source.height / scaleResolutionDownBy,
  };
}

// ---------------------------------------------------------------- figures

function receivedFigures(before: Counters, now: Counters, peerCamera: boolean): Figures | null {
  const { sound, pictures } = now.received;
  if ((sound?.packets ?? 0) + (pictures?.packets ?? 0) === 0) {
    return null;
  }
  const audio: AudioFigures = {
    round_trip_ms: now.round_trip_ms ?? 0,
    jitter_ms: sound?.jitter_ms ?? 0,
    lost_share: sound === null ? 1 : soundLost(before.received.sound, sound),
    buffer_ms: sound === null ? null : buffered(before.received.sound, sound),
  };
  const seconds = (now.at_ms - before.at_ms) / 1_000;
  return {
    audio,
    video: peerCamera ? shownPictures(before.received, pictures, seconds) : null,
  };
}

/** By what was made up for it, where that is told: it knows what came too late, too. */
function soundLost(before: ReceivedSound | null, now: ReceivedSound): number {
  const packets = now.packets - (before?.packets ?? 0);
  if (packets <= 0) {
    return 1;
  }
  const samples = now.samples - (before?.samples ?? 0);
  if (now.concealed !== null && samples > 0) {
    return Math.max(0, now.concealed - (before?.concealed ?? 0)) / samples;
  }
  return shareOf(now.lost - (before?.lost ?? 0), packets);
}

function buffered(before: ReceivedSound | null, now: ReceivedSound): number | null {
  const emitted = now.emitted - (before?.emitted ?? 0);
  return emitted <= 0 ? null : (1_000 * (now.buffer_s - (before?.buffer_s ?? 0))) / emitted;
}

function shownPictures(
  before: Counters["received"],
  now: ReceivedPictures | null,
  seconds: number,
): VideoFigures {
  const past = before.pictures;
  if (now === null) {
    return { frame_rate: 0, height: 0, frozen_share: 0, lost_share: 0 };
  }
  return {
    frame_rate: Math.max(0, now.frames - (past?.frames ?? 0)) / seconds,
    height: Math.min(now.width, now.height),
    frozen_share: Math.max(0, now.frozen_s - (past?.frozen_s ?? 0)) / seconds,
    lost_share: pictureLost(past, now),
  };
}

/** What resending mended is not lost; where that is not told, it is lost as often as the first. */
function pictureLost(before: ReceivedPictures | null, now: ReceivedPictures): number {
  const packets = now.packets - (before?.packets ?? 0);
  const lost = now.lost - (before?.lost ?? 0);
  if (now.resent === null) {
    return shareOf(lost, packets) ** 2;
  }
  return shareOf(lost - (now.resent - (before?.resent ?? 0)), packets);
}

function sentFigures(before: Counters, now: Counters, camera: boolean): Figures | null {
  const { sound, pictures } = now.sent;
  const reported = sound?.lost_share ?? pictures?.lost_share ?? null;
  if (reported === null || (now.report_age_ms ?? 0) > SILENT_REPORTS_MS) {
    return null;
  }
  const audio: AudioFigures = {
    round_trip_ms: now.round_trip_ms ?? 0,
    jitter_ms: sound?.jitter_ms ?? pictures?.jitter_ms ?? 0,
    lost_share: reported,
    buffer_ms: null,
  };
  const seconds = (now.at_ms - before.at_ms) / 1_000;
  const sees = camera && pictures !== null;
  return { audio, video: sees ? sentPictures(before.sent.pictures, pictures, seconds) : null };
}

function sentPictures(
  before: SentPictures | null,
  now: SentPictures,
  seconds: number,
): VideoFigures {
  const packets = now.packets - (before?.packets ?? 0);
  const lost = now.lost_share ?? 0;
  const resent = now.resent - (before?.resent ?? 0);
  // What was sent again is lost again as often as anything.
  const mended =
    lost <= 0 ? 0 : Math.min(1, resent / (lost * Math.max(1, packets))) * (1 - lost);
  return {
    frame_rate: Math.max(0, now.frames - (before?.frames ?? 0)) / seconds,
    height: Math.min(now.width, now.height),
    frozen_share: 0,
    lost_share: lost * (1 - mended),
  };
}

function shareOf(lost: number, came: number): number {
  const gone = Math.max(0, lost);
  return gone + Math.max(0, came) === 0 ? 0 : gone / (gone + Math.max(0, came));
}
