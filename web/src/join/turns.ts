// One thing at a time. What is pressed twice counts once, and so does what is pressed while something
// else is on its way; but what somebody was asked about first, and confirmed, is never lost to that.

import { signal } from "@preact/signals";

export class Turns {
  readonly busy = signal(false);
  private running: Promise<unknown> = Promise.resolve();

  /** Do it now; false where something else is on its way. `work` does not throw. */
  take(work: () => Promise<boolean>): Promise<boolean> {
    if (this.busy.value) {
      return Promise.resolve(false);
    }
    this.busy.value = true;
    const done = work().finally(() => {
      this.busy.value = false;
    });
    this.running = done;
    return done;
  }

  /** Do it as soon as nothing else is on its way. */
  async after(work: () => Promise<boolean>): Promise<boolean> {
    while (this.busy.value) {
      await this.running;
    }
    return await this.take(work);
  }
}
