// A CSV file that is taken in: what it would do is asked first; then all of it is done, or nothing.

import { signal } from "@preact/signals";
import { Asking } from "../shared/asking";
import type { RemarkView } from "../shared/protocol/types";

/** More is refused by the server; one more is sent, so that it says so. */
const CHARS_MAX = 200_000;

export interface Imported {
  readonly errors: readonly RemarkView[];
  readonly applied: boolean;
}

export class Importing<View extends Imported> extends Asking {
  readonly csv = signal("");
  /** What the server said of these lines; null until it was asked. */
  readonly found = signal<View | null>(null);
  private readonly send: (csv: string, apply: boolean) => Promise<View>;

  constructor(send: (csv: string, apply: boolean) => Promise<View>) {
    super();
    this.send = send;
  }

  /** Whatever was found belongs to another text from now on. */
  type(text: string): void {
    this.csv.value = text.slice(0, CHARS_MAX + 1);
    this.found.value = null;
  }

  /** It was looked through, and can be applied as it is. */
  get ready(): boolean {
    const found = this.found.value;
    return found !== null && found.errors.length === 0 && !found.applied;
  }

  async ask(apply: boolean): Promise<void> {
    if (this.busy.value || this.csv.value === "") return;
    await this.attempt(async () => {
      this.found.value = await this.send(this.csv.value, apply);
    });
  }
}
