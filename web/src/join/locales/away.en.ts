// When the server cannot reach its records, for the patient, in English.

import type { Sentences } from "../../shared/i18n";

export const awayEn: Sentences = {
  waiting:
    "We cannot reach our records just now. Please stay on this page: your place in line is kept.",
  other: "We cannot reach our records just now. Please wait a moment: your place is kept.",
};
