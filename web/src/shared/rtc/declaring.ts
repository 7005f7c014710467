// What this page says of itself: microphone, camera, whether something covers it, whether the
// browser has stopped it. All of it at once, whenever one of them changes, so that a word that
// was lost is made up for by the next. A word can only take away from the evidence of a call.

import type { CallMedia } from "../protocol/types";
import type { Switches } from "./own-media";

export type Said = Required<Pick<CallMedia, "audio" | "video" | "hidden" | "frozen">>;

/** What is needed of a document. */
export interface Page extends EventTarget {
  readonly visibilityState: DocumentVisibilityState;
}

export class Declaring {
  private readonly send: (said: Said) => void;
  private readonly page: Page;
  private switches: Switches | null = null;
  private frozen = false;

  /** Follows `page` for good; says nothing before the first `say`. */
  constructor(send: (said: Said) => void, page: Page = document) {
    this.send = send;
    this.page = page;
    page.addEventListener("visibilitychange", () => this.again());
    page.addEventListener("freeze", () => this.freeze(true));
    page.addEventListener("resume", () => this.freeze(false));
  }

  say(switches: Switches): void {
    this.switches = switches;
    this.again();
  }

  /** Say it once more: to another server process, or after a time without one. */
  again(): void {
    if (this.switches !== null) {
      const hidden = this.page.visibilityState !== "visible";
      this.send({ ...this.switches, hidden, frozen: this.frozen });
    }
  }

  private freeze(frozen: boolean): void {
    this.frozen = frozen;
    this.again();
  }
}
