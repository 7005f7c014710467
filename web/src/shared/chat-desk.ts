// The edge around chat.ts: what is written goes out, what is told or read comes in.

import { signal } from "@preact/signals";
import {
  type Chat,
  type ChatSide,
  loaded,
  NO_CHAT,
  opened,
  said,
  sending,
  settled,
} from "./chat";
import { api } from "./http";
import type { Ack, ChatSaid, ChatView } from "./protocol/types";

export interface ChatEdges {
  readonly me: ChatSide;
  /** Where all lines are read. */
  readonly path: string;
  readonly send: (text: string) => Promise<Ack | null>;
  /** A refusal in words; null: nobody answered. */
  readonly explain: (ack: Ack | null) => string;
}

export class ChatDesk {
  readonly chat = signal<Chat>(NO_CHAT);
  readonly isOpen = signal(false);

  constructor(private readonly edges: ChatEdges) {}

  get me(): ChatSide {
    return this.edges.me;
  }

  /** Another visit, or a tablet that is handed back: nothing is left. */
  forget(): void {
    this.chat.value = NO_CHAT;
    this.isOpen.value = false;
  }

  told(event: ChatSaid): void {
    this.chat.value = said(this.chat.value, event.line, this.edges.me, this.isOpen.value);
  }

  /** Read all lines: a page that was loaded anew, or missed something. */
  async load(): Promise<void> {
    try {
      const { lines } = await api<ChatView>("GET", this.edges.path);
      this.chat.value = loaded(this.chat.value, lines, this.edges.me, this.isOpen.value);
    } catch {
      // What is told from now on comes in all the same; the next sync reads again.
    }
  }

  open(isOpen: boolean): void {
    this.isOpen.value = isOpen;
    if (isOpen) this.chat.value = opened(this.chat.value);
  }

  /** Write a line; whether it was taken. */
  async write(text: string): Promise<boolean> {
    this.chat.value = sending(this.chat.value);
    const ack = await this.edges.send(text);
    const taken = ack?.ok === true;
    this.chat.value = settled(this.chat.value, taken ? null : this.edges.explain(ack));
    return taken;
  }
}
