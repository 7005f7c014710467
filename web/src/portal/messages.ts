// Messages to patients, in words.

import type { SentMessageView, WayView } from "../shared/protocol/types";

export const WAYS: Readonly<Record<WayView["channel"], string>> = {
  email: "E-mail a new link to",
  sms: "Text a new link to",
};
export const KINDS: Readonly<Record<SentMessageView["kind"], string>> = {
  invitation: "Link",
  callback: "Somebody is ready",
  answer: "There is an answer",
};

/** How far a message is, and what to do when it did not arrive. */
export function howFar(one: SentMessageView): string {
  switch (one.state) {
    case "delivered":
      return one.channel === "email" ? "taken by the mail server" : "taken by the carrier";
    case "dead":
      if (one.outcome === "expired") return "not sent: the link had stopped";
      return "not delivered; hand the link over yourself";
    case null:
      return "sent long ago";
    default:
      return one.outcome === null ? "on its way" : "not taken yet, it is tried again";
  }
}
