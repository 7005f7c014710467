// How the call goes from one device to the other, and how to be sure of it, for the patient.

import type { Sentences } from "../../shared/i18n";

export const spokenEn: Sentences = {
  direct: "This call goes directly between your two devices and is encrypted end to end.",
  relay:
    "This call is encrypted between your device and our relay. The relay passes it on. It does not store or watch it; it only notes that picture and sound came through.",
  title: "Is nobody listening in? Check four words",
  how: "Read these aloud. Your clinician must see the same words.",
  anew: "The call was connected anew, with other words. Read these aloud again with your clinician.",
  gone: "The call goes through our relay now. The words you compared no longer count.",
  same: "They are the same",
  differ: "They differ: hang up",
  ended:
    "We ended the call to keep you safe: your devices could not be sure of each other. You may tap Try again. If it happens again, ask the spa to arrange another call.",
};
