// Writing in the call, in English.

import type { Sentences } from "../../shared/i18n";

export const chatEn: Sentences = {
  title: "Write to your clinician",
  unread: "New: {{count}}",
  you: "You",
  them: "Clinician",
  empty: "If you cannot hear each other, you can write here.",
  label: "Your message",
  send: "Send",
  kept: "What is written here goes through our server and is kept with your exam.",
  announce: "Your clinician wrote: {{text}}",
  failed: "This could not be sent. Please try again.",
  tooFast: "Please wait a moment before you write more.",
};
