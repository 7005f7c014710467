// What is written in the call that goes on: one desk for each encounter.

import { signal } from "@preact/signals";
import { ChatDesk } from "../shared/chat-desk";
import type { ChatSaid } from "../shared/protocol/types";
import type { Send } from "./chart-desk";
import { explain } from "./words";

export class CallChat {
  readonly desk = signal<ChatDesk | null>(null);
  private encounterId: string | null = null;

  constructor(private readonly send: Send) {}

  /** The encounter whose call goes on; null: none. */
  follow(encounterId: string | null): void {
    if (encounterId === this.encounterId) return;
    this.encounterId = encounterId;
    this.desk.value = encounterId === null ? null : this.made(encounterId);
    void this.load();
  }

  told(event: ChatSaid): void {
    if (event.encounter_id === this.encounterId) this.desk.value?.told(event);
  }

  async load(): Promise<void> {
    await this.desk.value?.load();
  }

  private made(encounter_id: string): ChatDesk {
    return new ChatDesk({
      me: "practitioner",
      path: `/api/v1/console/encounters/${encounter_id}/chat`,
      send: (text) => this.send({ type: "chat.say", encounter_id, text }),
      explain: (ack) => (ack === null ? "This could not be sent." : explain(ack)),
    });
  }
}
