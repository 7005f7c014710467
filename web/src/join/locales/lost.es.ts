// When the connection stays lost, for the patient, in Spanish.

import type { Sentences } from "../../shared/i18n";

export const lostEs: Sentences = {
  title: "La conexión sigue cortada",
  lead: "Seguimos intentando y su lugar está seguro. Usted puede elegir:",
  wait: "Seguir esperando",
  waitText: "La llamada sigue aquí sola en cuanto se pueda.",
  device: "Usar otro dispositivo",
  deviceText:
    "Abra el mismo enlace en otro teléfono, tableta o computadora, mejor con otro internet. La llamada sigue allí y se detiene aquí.",
  deviceMessage: "El enlace está en el mensaje de su spa.",
  deviceKiosk: "Pida otro dispositivo al personal. Ellos pueden abrir su examen allí.",
  copy: "Copiar mi enlace",
  copied: "Enlace copiado",
  copyFailed: "No se pudo copiar. Escriba el enlace o use su mensaje.",
  callback: "Que me llamen después",
  callbackText:
    "Usted sale de esta llamada. Sus respuestas quedan guardadas. El spa le avisa cuando haya un profesional para usted.",
};
