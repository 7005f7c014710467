// The note's edge: timers, the socket and the tab's storage around the machine of note.ts.
//
// A note that is put away with words unsaved goes on until they are saved, or until it has been
// tried `LEAVING_TRIES` times in vain: then it is lost, which leaving-notes.ts says.

import { signal } from "@preact/signals";
import type { Ack, NoteSave, NoteView } from "../shared/protocol/types";
import {
  acknowledged,
  caughtUp,
  crowded,
  draftOf,
  dueAt,
  type Held,
  heard,
  isSaved,
  type Note,
  nextSave,
  opened,
  outdated,
  RETRY_MS,
  refused,
  resumed,
  sending,
  stillBehind,
  typed,
} from "./note";
import type { Drafts } from "./note-drafts";

/** The part of a chart that the note wants. */
export type ServerNote = Pick<NoteView, "note" | "note_revision" | "note_saved_at_ms">;

export interface NoteEdges {
  readonly encounterId: string;
  readonly send: (command: Omit<NoteSave, "v" | "id">) => Promise<Ack>;
  /** Read the note again; null when that failed. */
  readonly fetch: () => Promise<NoteView | null>;
  /** A refusal in words. */
  readonly explain: (ack: Ack) => string;
  readonly drafts: Drafts;
}

/** `leaving`: put away, and not saved yet. `lost`: put away, and given up. */
export type Standing = "open" | "leaving" | "saved" | "lost";

export const LEAVING_TRIES = 8;
const LEAVING_PAUSE_MAX_MS = 60_000;

export class NoteDesk {
  readonly note = signal<Note>(opened({ text: "", revision: 0, savedAtMs: null }));
  /** Whether the box may be written in: the note is there, with what was left unsaved. */
  readonly ready = signal(false);
  readonly standing = signal<Standing>("open");
  /** When the last save was acknowledged, on the page clock. */
  lastSaveMs = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private waiters: (() => void)[] = [];
  private reading = false;
  private composing = false;
  /** Failures since it was put away. */
  private failures = 0;

  constructor(private readonly edges: NoteEdges) {
    void this.begin();
  }

  get encounterId(): string {
    return this.edges.encounterId;
  }

  /** A chart was read: its note is joined with ours when it is newer. */
  refresh(server: ServerNote): void {
    if (this.ready.value) this.enter(caughtUp(this.note.value, held(server), Date.now()));
    else if (!this.edges.drafts.left) this.open(opened(held(server)));
  }

  /** The note was saved as `revision`, in this window or another one. */
  heard(revision: number): void {
    if (this.ready.value) this.enter(heard(this.note.value, revision));
  }

  /** Something may have been missed: read the note, and join it. */
  async catchUp(): Promise<void> {
    if (!this.ready.value) return;
    const server = await this.edges.fetch();
    if (server !== null) this.refresh(server);
  }

  type(text: string): void {
    this.enter(typed(this.note.value, text, Date.now()));
  }

  /** While a letter is being composed nothing may change under it. */
  compose(going: boolean): void {
    this.composing = going;
    this.enter(this.note.value);
  }

  /** Save what is unsaved at once; resolves when it is saved, or false after `limitMs`. */
  async flush(limitMs = 5_000): Promise<boolean> {
    if (!isSaved(this.note.value)) {
      if (dueAt(this.note.value) !== null) void this.save();
      await new Promise<void>((resolve) => {
        this.waiters.push(resolve);
        setTimeout(resolve, limitMs);
      });
    }
    return isSaved(this.note.value);
  }

  /** Put it away: what is unsaved is saved all the same, see `standing`. */
  dispose(): void {
    clearTimeout(this.timer);
    this.composing = false;
    this.failures = 0;
    this.standing.value = this.ready.value ? leftAs(this.note.value, 0) : "saved";
    if (this.standing.value !== "leaving") return;
    if (dueAt(this.note.value) !== null) void this.save();
    else this.enter(this.note.value);
  }

  /** Its chart was opened again: go on with what is here. */
  reopen(): void {
    this.standing.value = "open";
    void this.begin();
    this.enter(this.note.value);
  }

  /** The page goes: nothing is tried any more. */
  stop(): void {
    clearTimeout(this.timer);
    if (this.goesOn) this.standing.value = "lost";
  }

  private get goesOn(): boolean {
    return this.standing.value === "open" || this.standing.value === "leaving";
  }

  /** Get the key for unsaved words, and go on with those that a page that went has left. */
  private async begin(): Promise<void> {
    const { drafts } = this.edges;
    while (this.goesOn) {
      const server = await this.edges.fetch();
      if (server !== null) {
        await drafts.unlock(server.draft_key);
        if (this.ready.value || !this.goesOn) return;
        const draft = await drafts.read();
        const note = opened(held(server));
        if (this.goesOn) this.open(draft === null ? note : resumed(note, draft));
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }

  private open(note: Note): void {
    this.ready.value = true;
    this.enter(note);
  }

  private enter(note: Note): void {
    this.note.value = note;
    this.edges.drafts.keep(draftOf(note));
    clearTimeout(this.timer);
    if (isSaved(note)) {
      for (const done of this.waiters) done();
      this.waiters = [];
    }
    if (this.standing.value === "leaving") this.standing.value = leftAs(note, this.failures);
    if (!this.goesOn) return;
    const due = dueAt(note);
    if (due !== null) this.after(due, () => this.save());
    else if (note.phase === "behind" && !this.composing) {
      this.after(note.retryMs ?? 0, () => this.read());
    }
  }

  private after(due: number, work: () => Promise<void>): void {
    this.timer = setTimeout(() => void work(), Math.max(0, due - Date.now()));
  }

  private async read(): Promise<void> {
    if (this.reading) return;
    this.reading = true;
    const server = await this.edges.fetch();
    this.reading = false;
    const now = Date.now();
    if (server === null) this.enter(stillBehind(this.note.value, now, this.pause()));
    else if (this.composing) this.enter(this.note.value);
    else this.enter(unlessTooOld(caughtUp(this.note.value, held(server), now), now));
  }

  private async save(): Promise<void> {
    const note = this.note.value;
    if (dueAt(note) === null) return;
    const { text, on } = nextSave(note);
    this.enter(sending(note));
    const ack = await this.edges.send({
      type: "note.save",
      encounter_id: this.edges.encounterId,
      base_revision: on,
      text,
    });
    if (ack.ok) this.saved(ack, on);
    else this.refused(ack);
  }

  private saved(ack: Ack, on: number): void {
    const now = Date.now();
    const { revision, at_ms, joined } = ack.result ?? {};
    this.lastSaveMs = now;
    const answer = {
      revision: typeof revision === "number" ? revision : on + 1,
      atMs: typeof at_ms === "number" ? at_ms : now,
      joined: joined === true,
    };
    this.enter(acknowledged(this.note.value, answer, now));
  }

  private refused(ack: Ack): void {
    const pause = this.pause();
    const note = this.note.value;
    const code = ack.error?.code;
    if (code === "stale_revision") this.enter(outdated(note));
    else if (code === "note_too_long") this.enter(crowded(note));
    else {
      const lost = ack.error?.retry !== false;
      if (!lost) this.failures = LEAVING_TRIES;
      this.enter(refused(note, this.edges.explain(ack), Date.now(), lost, pause));
    }
  }

  /** How long to wait after a failure: ever longer once nobody looks at it. */
  private pause(): number {
    if (this.standing.value !== "leaving") return RETRY_MS;
    this.failures += 1;
    return Math.min(RETRY_MS * 2 ** (this.failures - 1), LEAVING_PAUSE_MAX_MS);
  }
}

/** Where a note stands that was put away; one that is too long to be saved is lost. */
function leftAs(note: Note, failures: number): Standing {
  if (draftOf(note) === null) return "saved";
  const stuck = note.phase === "idle" && dueAt(note) === null;
  return stuck || failures >= LEAVING_TRIES ? "lost" : "leaving";
}

/** What was read may be from before what was heard of: read again, soon. */
function unlessTooOld(note: Note, now: number): Note {
  return note.phase === "behind" ? stillBehind(note, now) : note;
}

function held(server: ServerNote): Held {
  return {
    text: server.note,
    revision: server.note_revision,
    savedAtMs: server.note_saved_at_ms,
  };
}
