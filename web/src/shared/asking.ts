// Asking the server for something: that it is being asked, why it refused, what was done last.
// Desks of pages are made of it, and dialogs that send one thing.

import { signal } from "@preact/signals";
import { type ApiError, asApiError } from "./http";

export class Asking {
  readonly error = signal<ApiError | null>(null);
  readonly busy = signal(false);
  /** What was done last, in words. */
  readonly said = signal("");

  /** True when it went through; else `error` says why. What was said before stays. */
  async attempt(work: () => Promise<void>): Promise<boolean> {
    this.busy.value = true;
    this.error.value = null;
    try {
      await work();
      return true;
    } catch (thrown) {
      this.error.value = asApiError(thrown);
      return false;
    } finally {
      this.busy.value = false;
    }
  }

  /** The same, and what was done before is not said beside how this ends. */
  async afresh(work: () => Promise<void>): Promise<boolean> {
    this.said.value = "";
    return await this.attempt(work);
  }
}
