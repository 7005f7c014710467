// How the call goes, for the patient: who it is about, and what is weak.

import type { Sentences } from "../../shared/i18n";

export const qualityEn: Sentences = {
  you: "You",
  them: "Clinician",
  sent: "The connection is weak. The clinician may not see or hear you well.",
  sentSmaller: "The connection is weak. The clinician gets a smaller picture of you for now.",
  received:
    "The connection is weak. The clinician's picture may be smaller or stop for a moment.",
  both: "The connection is weak both ways. The pictures may be smaller or stop for a moment.",
  help: "Going closer to the Wi-Fi can help.",
};
