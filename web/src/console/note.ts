// The note as a machine: what was typed, what the server holds, and what lies between.
//
//   CLEAN --typed--> DIRTY --sending--> SENDING --acknowledged--> CLEAN (or DIRTY: typed on)
//                      ^                   |--refused, lost------> DIRTY (sent again later)
//                      '------merged-------'--stale revision----> STALE
//
// Pure: note-saver.ts owns timers and the socket. No text is ever dropped: a merge keeps both
// sides where it cannot tell which is newer.

export interface Note {
  /** What is in the box. */
  readonly text: string;
  /** What the server held at `revision`, as far as this page knows. */
  readonly base: string;
  readonly revision: number;
  readonly savedAtMs: number | null;
  /** Texts sent without an answer so far, newest last: the server may hold any of them. */
  readonly sent: readonly string[];
  readonly phase: "idle" | "sending" | "stale";
  /** Page clock of the oldest and newest change that is not yet on its way. */
  readonly firstTypedMs: number | null;
  readonly lastTypedMs: number | null;
  readonly problem: string | null;
}

export const PAUSE_MS = 500;
export const LONGEST_MS = 1_000;
export const RETRY_MS = 2_000;
export const NOTE_MAX = 20_000;
const SENT_MAX = 8;

/** A note as the chart has it. */
export function opened(text: string, revision: number, savedAtMs: number | null): Note {
  return {
    text,
    base: text,
    revision,
    savedAtMs,
    sent: [],
    phase: "idle",
    firstTypedMs: null,
    lastTypedMs: null,
    problem: null,
  };
}

/** Whether the server is known to hold exactly what is in the box. */
export function isSaved(note: Note): boolean {
  return note.text === note.base && note.phase === "idle";
}

export function typed(note: Note, text: string, now: number): Note {
  if (text === note.text) return note;
  return { ...note, text, firstTypedMs: note.firstTypedMs ?? now, lastTypedMs: now };
}

/**
 * When the next save is due, on the page clock; null when nothing is to be saved or a save is
 * under way. A pause of `PAUSE_MS` in typing is enough, and `LONGEST_MS` is the limit.
 */
export function dueAt(note: Note): number | null {
  if (note.phase !== "idle" || note.text === note.base) return null;
  if (note.firstTypedMs === null || note.lastTypedMs === null) return 0;
  return Math.min(note.lastTypedMs + PAUSE_MS, note.firstTypedMs + LONGEST_MS);
}

export function sending(note: Note): Note {
  return {
    ...note,
    phase: "sending",
    sent: [...note.sent.slice(1 - SENT_MAX), note.text],
    firstTypedMs: null,
    lastTypedMs: null,
  };
}

export function acknowledged(note: Note, revision: number, atMs: number, now: number): Note {
  const base = note.sent.at(-1) ?? note.base;
  const more = note.text !== base;
  return {
    ...note,
    base,
    revision,
    savedAtMs: atMs,
    sent: [],
    phase: "idle",
    firstTypedMs: more ? (note.firstTypedMs ?? now) : null,
    lastTypedMs: more ? (note.lastTypedMs ?? now) : null,
    problem: null,
  };
}

/** The save failed or its answer was lost; it is tried again `RETRY_MS` after `now`. */
export function refused(note: Note, problem: string, now: number): Note {
  const due = now + RETRY_MS - LONGEST_MS;
  return { ...note, phase: "idle", firstTypedMs: due, lastTypedMs: due + RETRY_MS, problem };
}

/** The server holds a newer revision than the one typed on: read it, then `merged`. */
export function stale(note: Note): Note {
  return { ...note, phase: "stale", problem: null };
}

/** The server's newer note joined with what was typed here. */
export function merged(note: Note, theirs: string, revision: number, now: number): Note {
  // An unanswered save that did arrive is no second author.
  const ours = note.sent.includes(theirs);
  const text = ours ? note.text : merge(note.base, note.text, theirs);
  return {
    ...note,
    text,
    base: theirs,
    revision,
    sent: [],
    phase: "idle",
    firstTypedMs: text === theirs ? null : now - LONGEST_MS,
    lastTypedMs: text === theirs ? null : now,
    problem: null,
  };
}

/** A chart that was read again for another reason: its note is taken only if it is newer. */
export function refreshed(
  note: Note,
  theirs: string,
  revision: number,
  atMs: number | null,
): Note {
  if (revision <= note.revision || note.phase !== "idle") return note;
  if (note.text === note.base) return opened(theirs, revision, atMs);
  return note;
}

/**
 * Join two texts that grew from `base`, line by line.
 *
 * Changes in different places are both taken. Where both changed the same lines, the longer one
 * is taken if it contains the other, else theirs stands first and mine below it.
 */
export function merge(base: string, mine: string, theirs: string): string {
  if (mine === theirs || theirs === base) return mine;
  if (mine === base) return theirs;
  const lines = base.split("\n");
  const left = changes(lines, mine.split("\n"));
  const right = changes(lines, theirs.split("\n"));
  return joined(lines, left, right).join("\n");
}

/** Lines [from, to) of the base became `lines`. */
interface Change {
  readonly from: number;
  readonly to: number;
  readonly lines: readonly string[];
}

function joined(base: readonly string[], left: Change[], right: Change[]): string[] {
  const out: string[] = [];
  let at = 0;
  while (left.length > 0 || right.length > 0) {
    const { from, to, mine, theirs } = nextRegion(left, right);
    out.push(...base.slice(at, from));
    if (mine.length === 0) out.push(...applied(base, from, to, theirs));
    else if (theirs.length === 0) out.push(...applied(base, from, to, mine));
    else out.push(...both(applied(base, from, to, mine), applied(base, from, to, theirs)));
    at = to;
  }
  out.push(...base.slice(at));
  return out;
}

interface Region {
  readonly from: number;
  readonly to: number;
  readonly mine: readonly Change[];
  readonly theirs: readonly Change[];
}

/**
 * Takes the next change off its list, with every change of either side that overlaps it. Lines
 * put in where the other side changed the next line overlap nothing: they stand before it.
 */
function nextRegion(left: Change[], right: Change[]): Region {
  const [a, b] = [left[0], right[0]];
  const first = b === undefined || (a !== undefined && isBefore(a, b)) ? a : b;
  const from = first?.from ?? 0;
  let to = first?.to ?? 0;
  const mine: Change[] = [];
  const theirs: Change[] = [];
  const belongs = (one: Change): boolean =>
    one.from < to || (one.from === from && one.to === from && to === from);
  for (let grew = true; grew; ) {
    grew = false;
    for (const [list, taken] of [
      [left, mine],
      [right, theirs],
    ] as const) {
      for (let one = list[0]; one !== undefined && belongs(one); one = list[0]) {
        to = Math.max(to, one.to);
        taken.push(one);
        list.shift();
        grew = true;
      }
    }
  }
  return { from, to, mine, theirs };
}

function isBefore(a: Change, b: Change): boolean {
  return a.from < b.from || (a.from === b.from && a.to <= b.to);
}

function applied(
  base: readonly string[],
  from: number,
  to: number,
  list: readonly Change[],
): string[] {
  const out: string[] = [];
  let at = from;
  for (const one of list) {
    out.push(...base.slice(at, one.from), ...one.lines);
    at = one.to;
  }
  out.push(...base.slice(at, to));
  return out;
}

function both(mine: readonly string[], theirs: readonly string[]): readonly string[] {
  const [a, b] = [mine.join("\n"), theirs.join("\n")];
  if (a.includes(b)) return mine;
  if (b.includes(a)) return theirs;
  return [...theirs, ...mine];
}

/** What turned `before` into `after`, by a longest common subsequence of lines. */
function changes(before: readonly string[], after: readonly string[]): Change[] {
  const common = lcs(before, after);
  const out: Change[] = [];
  let i = 0;
  let j = 0;
  for (const [x, y] of [...common, [before.length, after.length] as const]) {
    if (x > i || y > j) out.push({ from: i, to: x, lines: after.slice(j, y) });
    i = x + 1;
    j = y + 1;
  }
  return out;
}

function lcs(a: readonly string[], b: readonly string[]): (readonly [number, number])[] {
  const width = b.length + 1;
  const best = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number): number => best[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      best[i * width + j] =
        a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const out: (readonly [number, number])[] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) out.push([i++, j++]);
    else if (at(i + 1, j) >= at(i, j + 1)) i++;
    else j++;
  }
  return out;
}
