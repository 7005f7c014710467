// One reason beside a review flag, saved when it is left. What is typed while an earlier one is on
// its way is saved after it: the chart must not be signed with words that were mended.

import { signal } from "@preact/signals";
import type { NamedFlag } from "../shared/protocol/types";

export interface ReasonEdges {
  /** Null, or why it was not written down. */
  readonly reasonFlags: (flags: readonly NamedFlag[], reason: string) => Promise<string | null>;
  /** Nothing is signed while this is on its way. */
  readonly tracked: <T>(work: Promise<T>) => Promise<T>;
}

export class ReasonDesk {
  readonly typed = signal("");
  readonly busy = signal(false);
  readonly problem = signal<string | null>(null);
  private written: string;
  private again = false;

  constructor(
    private readonly chart: ReasonEdges,
    private readonly flags: readonly NamedFlag[],
    written: string,
  ) {
    this.typed.value = written;
    this.written = written;
  }

  private get words(): string {
    return this.typed.value.trim();
  }

  /** Save what is typed; `written` is what the chart has, as it was read last. */
  async keep(written: string): Promise<void> {
    this.again = true;
    if (this.busy.value) return;
    this.busy.value = true;
    this.written = written;
    await this.chart.tracked(this.save());
    this.busy.value = false;
  }

  private async save(): Promise<void> {
    while (this.again && this.words !== this.written) {
      this.again = false;
      const { words } = this;
      this.problem.value = await this.chart.reasonFlags(this.flags, words);
      if (this.problem.value === null) this.written = words;
    }
  }
}
