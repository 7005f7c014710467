// Which call the patient hung up, so that nothing but the patient brings it back: no whole state
// that the server tells before it hears of the hang-up, and no attempt that it began meanwhile.

import { signal } from "@preact/signals";
import type { CallSetup, CallStatus } from "../shared/protocol/types";

export type Attempt = Pick<CallSetup & CallStatus, "encounter_id" | "generation">;

interface Mark extends Attempt {
  /** The server has answered: an attempt that it begins from here on is another call. */
  readonly heard: boolean;
}

export class HungUp {
  private readonly mark = signal<Mark | null>(null);

  /** `answered`: when the server has said what it makes of it. Nothing, where there is no call. */
  remember(attempt: Attempt | null, answered: Promise<unknown> | undefined): void {
    if (attempt === null) {
      return;
    }
    const { encounter_id, generation } = attempt;
    this.mark.value = { encounter_id, generation, heard: false };
    void answered?.then(() => {
      if (this.mark.value?.encounter_id === encounter_id) {
        this.mark.value = { ...this.mark.value, heard: true };
      }
    });
  }

  /** Whether an attempt is one that the patient has left. */
  covers(attempt: Attempt | null): boolean {
    const mark = this.mark.value;
    return (
      mark !== null &&
      attempt?.encounter_id === mark.encounter_id &&
      (!mark.heard || attempt.generation <= mark.generation)
    );
  }

  /** The same; what was begun before the server heard of it stays left afterwards. */
  refuses(attempt: Attempt): boolean {
    const mark = this.mark.value;
    const left = this.covers(attempt);
    if (mark !== null && left) {
      const generation = Math.max(mark.generation, attempt.generation);
      this.mark.value = { ...mark, generation };
    }
    return left;
  }

  forget(): void {
    this.mark.value = null;
  }
}
