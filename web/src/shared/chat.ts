// What both sides wrote in a call: what the server has, and what is on its way. Pure.
//
// A line is there once the server has it: its number in the chart orders it, whoever told of it
// first (the event, or a reading of all lines).

import type { ChatLine } from "./protocol/types";

export type ChatSide = ChatLine["by"];

export interface Chat {
  readonly lines: readonly ChatLine[];
  /** What is being sent; it stays in the box until it was taken. */
  readonly sending: boolean;
  readonly problem: string | null;
  /** Lines of the other side that came while nobody looked. */
  readonly unread: number;
  /** The newest line of the other side: what a screen reader is told. */
  readonly newest: ChatLine | null;
}

export const NO_CHAT: Chat = {
  lines: [],
  sending: false,
  problem: null,
  unread: 0,
  newest: null,
};
/** Characters (code points) of one line, as the server has it. */
export const CHAT_MAX = 500;

/** One line was told. */
export function said(chat: Chat, line: ChatLine, me: ChatSide, looking: boolean): Chat {
  if (chat.lines.some((one) => one.seq === line.seq)) return chat;
  const lines = inOrder([...chat.lines, line]);
  if (line.by === me) return { ...chat, lines };
  return { ...chat, lines, newest: line, unread: looking ? 0 : chat.unread + 1 };
}

/** All lines were read, which may have missed the last ones told. */
export function loaded(
  chat: Chat,
  lines: readonly ChatLine[],
  me: ChatSide,
  looking: boolean,
): Chat {
  return lines.reduce((so, line) => said(so, line, me, looking), chat);
}

export function opened(chat: Chat): Chat {
  return { ...chat, unread: 0 };
}

export function sending(chat: Chat): Chat {
  return { ...chat, sending: true, problem: null };
}

export function settled(chat: Chat, problem: string | null): Chat {
  return { ...chat, sending: false, problem };
}

/** What may be sent of what is in the box; null: nothing. */
export function sendable(chat: Chat, text: string): string | null {
  const words = text.trim();
  return words === "" || chat.sending || [...words].length > CHAT_MAX ? null : words;
}

function inOrder(lines: ChatLine[]): ChatLine[] {
  return lines.sort((one, other) => one.seq - other.seq);
}
