// Help that is called for: it waits for nothing else that this page asks, and is asked for as
// long as nobody was told. Edge.

import { signal } from "@preact/signals";
import { type ApiError, apiErrorOf } from "../shared/http";
import type { JoinSession } from "./session";

export class HelpDesk {
  /** It was pressed: what to do shows, told or not. */
  readonly pressed = signal(false);
  /** Why nobody was told. */
  readonly refusal = signal<ApiError | null>(null);
  private readonly session: JoinSession;
  private onItsWay = false;

  constructor(session: JoinSession) {
    this.session = session;
  }

  /** Have the spa and the clinician told, now. Pressed again, the first is still on its way. */
  async call(): Promise<void> {
    const { session } = this;
    this.pressed.value = true;
    if (this.onItsWay) {
      return;
    }
    this.onItsWay = true;
    this.refusal.value = null;
    const ack = await session.room.callForHelp(session.view.value?.encounter_id ?? "");
    this.onItsWay = false;
    if (ack?.ok === true) {
      await session.refresh();
    } else if (this.pressed.value) {
      this.refusal.value = apiErrorOf(ack?.error ?? null);
    }
  }

  forget(): void {
    this.pressed.value = false;
    this.refusal.value = null;
  }
}
