// How long a call has been interrupted, as this page knows it: the server's clock is another.
//
//   steady --interrupted--> waiting --20 s--> long: other ways on are offered
//     ^                        |               |   "keep waiting" asks for another 20 s
//     '------- recovered ------'---------------'

import { type ReadonlySignal, signal } from "@preact/signals";

export const PATIENCE_MS = 20_000;

export class Patience {
  private readonly longSignal = signal(false);
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** Whether it is time to offer something else than waiting. */
  get long(): ReadonlySignal<boolean> {
    return this.longSignal;
  }

  /** Whether the call is interrupted at this moment; safe to say again and again. */
  follow(interrupted: boolean): void {
    if (!interrupted) {
      this.stop();
    } else if (this.timer === undefined) {
      this.wait();
    }
  }

  /** Somebody chose to keep waiting: they are asked again later. */
  keepWaiting(): void {
    if (this.timer !== undefined) {
      this.wait();
    }
  }

  private wait(): void {
    this.stop();
    this.timer = setTimeout(() => {
      this.longSignal.value = true;
    }, PATIENCE_MS);
  }

  private stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.longSignal.value = false;
  }
}
