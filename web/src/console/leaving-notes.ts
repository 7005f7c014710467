// Notes of charts that were put away with words unsaved: held until they are saved, and shown
// to the practitioner when they could not be. What a note tries meanwhile is note-desk.ts.

import { computed, signal } from "@preact/signals";
import type { NoteDesk } from "./note-desk";

export interface LeavingNote {
  readonly desk: NoteDesk;
  /** Whose chart it is, in words. */
  readonly who: string;
}

export class LeavingNotes {
  private readonly held = signal<readonly LeavingNote[]>([]);
  /** Words that are on no server: with the page they would be gone. */
  readonly unsaved = computed(() => this.held.value.some(isHeld));
  /** Given up; each stays until its chart is opened again or it is dismissed. */
  readonly lost = computed(() =>
    this.held.value.filter((each) => each.desk.standing.value === "lost"),
  );

  /** Hold a note whose chart was put away, unless it is saved. */
  take(desk: NoteDesk, who: string): void {
    this.held.value = [...this.held.value, { desk, who }].filter(isHeld);
  }

  /** Give the note of a chart that is opened again back, in which words are unsaved. */
  back(encounterId: string): NoteDesk | null {
    const found = this.held.value.find(
      (each) => isHeld(each) && each.desk.encounterId === encounterId,
    );
    if (found === undefined) return null;
    this.dismiss(found);
    found.desk.reopen();
    return found.desk;
  }

  dismiss(note: LeavingNote): void {
    this.held.value = this.held.value.filter((each) => each !== note && isHeld(each));
  }

  /** The page goes; what is unsaved stays on the tab's shelf. */
  close(): void {
    for (const { desk } of this.held.value) desk.stop();
    this.held.value = [];
  }
}

function isHeld({ desk }: LeavingNote): boolean {
  return desk.standing.value !== "saved";
}
