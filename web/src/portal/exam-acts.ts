// What is done with one exam from its dialog: a new link, and cancelling it. What was confirmed is
// done, whatever was on its way just then.

import { signal } from "@preact/signals";
import { type ApiError, api, asApiError } from "../shared/http";
import type { LinkView } from "../shared/protocol/types";
import { Turn } from "../shared/turn";

export interface ExamEdges {
  readonly onLink: (link: LinkView) => void;
  /** Nothing is asked about the exam any more: its dialog may close. */
  readonly onDone: () => void;
}

export class ExamActs {
  /** It is being asked whether the exam is to be cancelled. */
  readonly asking = signal(false);
  readonly linking = signal(false);
  readonly cancelling = signal(false);
  readonly error = signal<ApiError | null>(null);
  private readonly turn = new Turn();

  constructor(
    private readonly path: string,
    private readonly edges: ExamEdges,
  ) {}

  /** Pressed twice, one link is made: the second would stop the first. */
  async newLink(): Promise<void> {
    if (this.linking.value) return;
    this.linking.value = true;
    await this.attempt(async () => {
      const link = await api<LinkView>("POST", `${this.path}/link`);
      // Nobody needs the link of an exam that is cancelled next.
      if (this.cancelling.value) return;
      if (!this.asking.value) this.edges.onDone();
      this.edges.onLink(link);
    });
    this.linking.value = false;
  }

  /** The question stays until the exam is cancelled. */
  async cancel(): Promise<void> {
    if (this.cancelling.value) return;
    this.cancelling.value = true;
    await this.attempt(async () => {
      await api("POST", `${this.path}/cancel`);
      this.asking.value = false;
    });
    this.cancelling.value = false;
  }

  private async attempt(work: () => Promise<void>): Promise<void> {
    try {
      await this.turn.take(() => {
        this.error.value = null;
        return work();
      });
    } catch (thrown) {
      this.error.value = asApiError(thrown);
    }
  }
}
