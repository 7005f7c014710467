// Writing to the patient in the call.

import type { JSX } from "preact";
import { ChatBox, type ChatWords } from "../shared/ui/ChatBox";
import type { CallChat } from "./call-chat";

const WORDS: ChatWords = {
  title: "Write to the patient",
  unread: (count) => `New: ${count}`,
  you: "You",
  them: "Patient",
  empty: "If you cannot hear each other, you can write here.",
  label: "Your message",
  send: "Send",
  kept: "What is written here is kept in the chart as it was written.",
  announce: (text) => `The patient wrote: ${text}`,
};

export function CallChatBox(props: { chat: CallChat }): JSX.Element | null {
  const desk = props.chat.desk.value;
  return desk === null ? null : <ChatBox desk={desk} words={WORDS} />;
}
