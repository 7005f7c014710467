// What the patient said last time, shown to be confirmed or changed.

import type { Sentences } from "../../shared/i18n";

export const carriedEn: Sentences = {
  carried: {
    title: "Is this still true?",
    lead: "Part {{at}} of {{of}}. Last time, on {{day}}, you told us this. Please read it with care.",
    confirm: "Yes, all of this is still true",
    change: "Something has changed",
    fromLastTime:
      "The answers below are from {{day}}. Change what is not true any more, then go on.",
    draft: "Draft questions: no clinician has approved them. For demonstration only.",
  },
};
