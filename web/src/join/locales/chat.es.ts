// Writing in the call, in Spanish.

import type { Sentences } from "../../shared/i18n";

export const chatEs: Sentences = {
  title: "Escribir al profesional",
  unread: "Nuevos: {{count}}",
  you: "Usted",
  them: "Profesional",
  empty: "Si no se oyen, puede escribir aquí.",
  label: "Su mensaje",
  send: "Enviar",
  kept: "Lo que se escribe aquí pasa por nuestro servidor y se guarda con su examen.",
  announce: "El profesional escribió: {{text}}",
  failed: "No se pudo enviar. Inténtelo otra vez.",
  tooFast: "Espere un momento antes de escribir más.",
};
