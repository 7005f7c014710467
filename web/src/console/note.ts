// The note as a machine: what was typed, what the server holds, and what lies between.
//
//   IDLE --sending--> SENDING --acknowledged--> IDLE, or BEHIND: another window's words are in it
//    ^ ^                 |--refused, lost-----> IDLE (the very same is sent again, then the rest)
//    | '-----------------|--never was---------> BEHIND
//    '--caughtUp-- BEHIND <--heard-- IDLE        (the note is read, and joined with what is here)
//
// Pure: note-desk.ts owns timers and the socket. No text is ever dropped: what the server has
// that this page has not, and the other way round, is joined (note-merging.ts).

import { merged } from "./note-merging";

export interface Note {
  /** What is in the box. */
  readonly text: string;
  /** What this page knows the server to hold, or to have held: `text` grew from it. */
  readonly base: string;
  /** Its number; unless BEHIND, the one that the next save names. */
  readonly revision: number;
  readonly savedAtMs: number | null;
  /** A save without an answer so far: the server may have it. */
  readonly sent: Sent | null;
  /** The newest revision that this page has heard of. */
  readonly heard: number;
  readonly phase: "idle" | "sending" | "behind";
  /** Page clock of the oldest and newest change that is not yet on its way. */
  readonly firstTypedMs: number | null;
  readonly lastTypedMs: number | null;
  /** When to try again, after a failure. */
  readonly retryMs: number | null;
  readonly problem: string | null;
  /** How often words of another window came in. */
  readonly joins: number;
}

/** A save: the whole text, and the revision that it was typed on. */
export interface Sent {
  readonly text: string;
  readonly on: number;
}

/** A note as the server has it. */
export interface Held {
  readonly text: string;
  readonly revision: number;
  readonly savedAtMs: number | null;
}

/** What is kept of a note that is not saved, to go on with after a reload. */
export interface Draft {
  readonly text: string;
  readonly base: string;
  readonly revision: number;
  readonly sent: Sent | null;
}

export const PAUSE_MS = 400;
/** A save begins at most so long after its first key: the rest of a second is for its way. */
export const LONGEST_MS = 700;
export const RETRY_MS = 2_000;
/** Code points, as the server counts. */
export const NOTE_MAX = 20_000;

/** A note as the chart has it. */
export function opened(held: Held): Note {
  return {
    text: held.text,
    base: held.text,
    revision: held.revision,
    savedAtMs: held.savedAtMs,
    sent: null,
    heard: held.revision,
    phase: "idle",
    firstTypedMs: null,
    lastTypedMs: null,
    retryMs: null,
    problem: null,
    joins: 0,
  };
}

/** Whether the server is known to hold exactly what is in the box. */
export function isSaved(note: Note): boolean {
  return note.text === note.base && note.phase === "idle" && note.sent === null;
}

/** By how many characters the text is too long to be saved. */
export function excess(text: string): number {
  return text.length <= NOTE_MAX ? 0 : Math.max(0, [...text].length - NOTE_MAX);
}

export function typed(note: Note, text: string, now: number): Note {
  if (text === note.text) return note;
  return { ...note, text, firstTypedMs: note.firstTypedMs ?? now, lastTypedMs: now };
}

/**
 * When the next save is due, on the page clock; null when nothing is to be saved or something
 * is under way. A pause of `PAUSE_MS` in typing is enough, and `LONGEST_MS` is the limit.
 */
export function dueAt(note: Note): number | null {
  if (note.phase !== "idle" || isSaved(note)) return null;
  if (note.sent === null && excess(note.text) > 0) return null;
  if (note.retryMs !== null) return note.retryMs;
  if (note.firstTypedMs === null || note.lastTypedMs === null) return 0;
  return Math.min(note.lastTypedMs + PAUSE_MS, note.firstTypedMs + LONGEST_MS);
}

/** What the next save says: what may have arrived is sent again just as it was. */
export function nextSave(note: Note): Sent {
  return note.sent ?? { text: note.text, on: note.revision };
}

export function sending(note: Note): Note {
  const fresh = note.sent === null;
  return {
    ...note,
    phase: "sending",
    sent: nextSave(note),
    firstTypedMs: fresh ? null : note.firstTypedMs,
    lastTypedMs: fresh ? null : note.lastTypedMs,
    retryMs: null,
  };
}

export interface Answer {
  readonly revision: number;
  readonly atMs: number;
  /** The server holds more than was sent. */
  readonly joined: boolean;
}

export function acknowledged(note: Note, answer: Answer, now: number): Note {
  const latest = Math.max(note.heard, answer.revision);
  const calm = { ...note, savedAtMs: answer.atMs, heard: latest, retryMs: null, problem: null };
  // What was joined has not been seen here: until it was, ours is what is built upon.
  if (answer.joined) return { ...calm, phase: "behind" };
  const base = note.sent?.text ?? note.base;
  const more = note.text !== base;
  return {
    ...calm,
    base,
    revision: answer.revision,
    sent: null,
    phase: latest > answer.revision ? "behind" : "idle",
    firstTypedMs: more ? (note.firstTypedMs ?? now) : null,
    lastTypedMs: more ? (note.lastTypedMs ?? now) : null,
  };
}

/**
 * The save failed or its answer was lost; `pauseMs` later it is tried again.
 *
 * `lost`: the server may have it all the same, so the very same is sent first.
 */
export function refused(
  note: Note,
  problem: string,
  now: number,
  lost: boolean,
  pauseMs = RETRY_MS,
): Note {
  const sent = lost ? note.sent : null;
  return { ...note, phase: "idle", sent, retryMs: now + pauseMs, problem };
}

/** The server did not take it for what it has now: read that, then `caughtUp`. */
export function outdated(note: Note): Note {
  return { ...note, phase: "behind", sent: null, revision: -1, heard: -1, problem: null };
}

/** Joined with what another window saved it would be too long: that is read, to be shortened. */
export function crowded(note: Note): Note {
  return { ...note, phase: "behind", sent: null, problem: null };
}

/** The note was saved as `revision`, here or in another window. */
export function heard(note: Note, revision: number): Note {
  if (revision <= note.heard) return note;
  const idle = note.phase === "idle" && note.sent === null;
  return { ...note, heard: revision, phase: idle ? "behind" : note.phase };
}

/** The note could not be read: it is tried again. */
export function stillBehind(note: Note, now: number, pauseMs = RETRY_MS): Note {
  return note.phase === "behind" ? { ...note, retryMs: now + pauseMs } : note;
}

/** The note as the server has it was read: joined with what was typed here. */
export function caughtUp(note: Note, held: Held, now: number): Note {
  const wanted = note.phase === "behind" || (note.phase === "idle" && note.sent === null);
  if (!wanted) return { ...note, heard: Math.max(note.heard, held.revision) };
  if (held.revision < note.revision || held.revision < note.heard) return note;
  if (held.revision === note.revision && note.phase === "idle") return note;
  const text = merged(note.sent?.text ?? note.base, note.text, held.text);
  const saved = text === held.text;
  return {
    ...note,
    text,
    base: held.text,
    revision: held.revision,
    savedAtMs: held.savedAtMs ?? note.savedAtMs,
    sent: null,
    heard: held.revision,
    phase: "idle",
    firstTypedMs: saved ? null : (note.firstTypedMs ?? now),
    lastTypedMs: saved ? null : (note.lastTypedMs ?? now),
    retryMs: null,
    problem: null,
    joins: text === note.text ? note.joins : note.joins + 1,
  };
}

/** What to keep of a note in case the page goes; null: it is saved. */
export function draftOf(note: Note): Draft | null {
  if (note.text === note.base && note.sent === null) return null;
  const { text, base, revision, sent } = note;
  return { text, base, revision, sent };
}

/** Go on where a page that went left off; what the server has since is joined by saving. */
export function resumed(note: Note, draft: Draft): Note {
  return { ...note, ...draft, savedAtMs: note.savedAtMs, phase: "idle", retryMs: null };
}
