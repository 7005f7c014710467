// The review queue, read over HTTP: at once, every half minute, and after anything done to it.
// A packet waits for hours: nothing of it has to ring.

import { signal } from "@preact/signals";
import { api } from "../shared/http";
import type { ReviewsView } from "../shared/protocol/types";

const EVERY_MS = 30_000;

export class ReviewsDesk {
  readonly view = signal<ReviewsView | null>(null);
  /** The server's clock less this page's, in ms. */
  readonly ahead = signal(0);
  private readonly timer = setInterval(() => void this.load(), EVERY_MS);
  private disposed = false;

  constructor() {
    void this.load();
  }

  /** Read it; what was there stays while nobody answers. */
  async load(): Promise<void> {
    if (document.visibilityState === "hidden") return;
    try {
      const view = await api<ReviewsView>("GET", "/api/v1/console/reviews");
      if (this.disposed) return;
      this.ahead.value = view.now_ms - Date.now();
      this.view.value = view;
    } catch {
      // The socket's own notice says that there is no connection.
    }
  }

  close(): void {
    this.disposed = true;
    clearInterval(this.timer);
  }
}
