// How the call goes, for the patient, in Spanish.

import type { Sentences } from "../../shared/i18n";

export const qualityEs: Sentences = {
  you: "Usted",
  them: "Profesional",
  sent: "La conexión es débil. Tal vez el profesional no le vea o no le oiga bien.",
  sentSmaller:
    "La conexión es débil. Por ahora el profesional recibe una imagen suya más pequeña.",
  received:
    "La conexión es débil. La imagen del profesional puede ser más pequeña o detenerse un momento.",
  both: "La conexión es débil en los dos sentidos. Las imágenes pueden ser más pequeñas o detenerse un momento.",
  help: "Acercarse al Wi-Fi puede ayudar.",
};
