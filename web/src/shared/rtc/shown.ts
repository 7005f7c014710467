// What a page shows of its line: as signals, which its views read.

import { signal } from "@preact/signals";
import type { LineOptions } from "./line";
import type { LinkState } from "./ongoing-call";

export class Shown {
  /** The other side; null while there is nothing of it. */
  readonly remote = signal<MediaStream | null>(null);
  /** What this side of the call sees; null while there is none. */
  readonly link = signal<LinkState | null>(null);
  /** What both read aloud, in a direct call that is connected. */
  readonly words = signal<readonly string[] | null>(null);
  /** For the line to tell. */
  readonly told: Pick<LineOptions, "onState" | "onRemoteStream" | "onWords">;

  constructor(onState: () => void) {
    this.told = {
      onState: (state) => {
        this.link.value = state;
        onState();
      },
      onRemoteStream: (stream) => {
        this.remote.value = stream;
      },
      onWords: (words) => {
        this.words.value = words;
      },
    };
  }
}
