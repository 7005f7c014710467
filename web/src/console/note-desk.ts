// The note's edge: timers and the socket around the machine of note.ts.

import { signal } from "@preact/signals";
import type { Ack, NoteSave } from "../shared/protocol/types";
import {
  acknowledged,
  dueAt,
  isSaved,
  merged,
  type Note,
  opened,
  refreshed,
  refused,
  sending,
  stale,
  typed,
} from "./note";

/** The part of a chart that the note wants. */
export interface ServerNote {
  readonly note: string;
  readonly note_revision: number;
  readonly note_saved_at_ms: number | null;
}

export interface NoteEdges {
  readonly encounterId: string;
  readonly send: (command: Omit<NoteSave, "v" | "id">) => Promise<Ack>;
  /** Read the chart again; null when that failed. */
  readonly fetch: () => Promise<ServerNote | null>;
  /** A refusal in words. */
  readonly explain: (ack: Ack) => string;
}

export class NoteDesk {
  readonly note = signal<Note>(opened("", 0, null));
  /** When the last save was acknowledged, on the page clock. */
  lastSaveMs = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private waiters: (() => void)[] = [];
  private disposed = false;

  constructor(private readonly edges: NoteEdges) {}

  /** A chart was read: its note is taken when it is newer than ours. */
  refresh(server: ServerNote): void {
    const now = this.note.value;
    this.enter(refreshed(now, server.note, server.note_revision, server.note_saved_at_ms));
  }

  type(text: string): void {
    this.enter(typed(this.note.value, text, Date.now()));
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

  dispose(): void {
    if (dueAt(this.note.value) !== null) void this.save();
    this.disposed = true;
    clearTimeout(this.timer);
  }

  private enter(note: Note): void {
    this.note.value = note;
    clearTimeout(this.timer);
    if (isSaved(note)) {
      for (const done of this.waiters) done();
      this.waiters = [];
    }
    const due = dueAt(note);
    if (due === null || this.disposed) return;
    this.timer = setTimeout(() => void this.save(), Math.max(0, due - Date.now()));
  }

  private async save(): Promise<void> {
    const note = this.note.value;
    if (dueAt(note) === null) return;
    this.enter(sending(note));
    const ack = await this.edges.send({
      type: "note.save",
      encounter_id: this.edges.encounterId,
      base_revision: note.revision,
      text: note.text,
    });
    if (ack.ok) this.saved(ack);
    else if (ack.error?.code === "stale_revision") await this.resolveStale();
    else this.enter(refused(this.note.value, this.edges.explain(ack), Date.now()));
  }

  private saved(ack: Ack): void {
    const now = Date.now();
    const { revision, at_ms } = ack.result ?? {};
    const known = typeof revision === "number" ? revision : this.note.value.revision + 1;
    const at = typeof at_ms === "number" ? at_ms : now;
    this.lastSaveMs = now;
    this.enter(acknowledged(this.note.value, known, at, now));
  }

  private async resolveStale(): Promise<void> {
    this.enter(stale(this.note.value));
    const server = await this.edges.fetch();
    const now = Date.now();
    if (server === null) {
      this.enter(refused(this.note.value, "The newer note could not be read yet.", now));
    } else {
      this.enter(merged(this.note.value, server.note, server.note_revision, now));
    }
  }
}
