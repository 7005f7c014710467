// Lo que el paciente dijo la última vez, para confirmarlo o cambiarlo.

import type { Sentences } from "../../shared/i18n";

export const carriedEs: Sentences = {
  carried: {
    title: "¿Todavía es así?",
    lead: "Parte {{at}} de {{of}}. La última vez, el {{day}}, usted nos dijo esto. Léalo con cuidado.",
    confirm: "Sí, todo sigue igual",
    change: "Algo cambió",
    fromLastTime:
      "Las respuestas de abajo son del {{day}}. Cambie lo que ya no sea así y luego siga.",
    draft:
      "Borrador: ningún profesional clínico aprobó estas preguntas. Solo para demostración.",
  },
};
