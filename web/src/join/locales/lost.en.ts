// When the connection stays lost, for the patient, in English.

import type { Sentences } from "../../shared/i18n";

export const lostEn: Sentences = {
  title: "The connection is still gone",
  lead: "We keep trying, and your place is safe. You can choose:",
  wait: "Keep waiting",
  waitText: "The call goes on here by itself as soon as it can.",
  device: "Use another device",
  deviceText:
    "Open the same link on another phone, tablet or computer, best on other internet. The call goes on there and stops here.",
  deviceMessage: "You find the link in the message from your spa.",
  deviceKiosk: "Ask the staff for another device. They can open your exam on it.",
  copy: "Copy my link",
  copied: "Link copied",
  copyFailed: "It could not be copied. Type the link, or use your message.",
  callback: "Be called back",
  callbackText:
    "You leave this call. Your answers are saved. The spa tells you when a clinician is there for you.",
};
