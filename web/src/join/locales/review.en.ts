// Who looks at what was sent, and what they found, in English.

import type { Sentences } from "../../shared/i18n";

export const reviewEn: Sentences = {
  reviewer: {
    who: "{{name}}, {{profession}}, looks at what you sent.",
    license: "License: {{licenses}}",
    enough: "{{name}} found that it is enough to decide without a video visit.",
    notEnough: "{{name}} found that it is not enough to approve without a video visit.",
  },
  reviewed: {
    lead: "Decided by {{name}}, {{profession}}, from what you sent. It was not a live visit.",
    disposition: {
      approved: "Approved by the clinician who looked at what you sent.",
    },
  },
};
