// Who looks at what was sent, and what they found, in Spanish.

import type { Sentences } from "../../shared/i18n";

export const reviewEs: Sentences = {
  reviewer: {
    who: "{{name}}, {{profession}}, mira lo que usted envió.",
    license: "Licencia: {{licenses}}",
    enough: "{{name}} vio que alcanza para decidir sin una visita por video.",
    notEnough: "{{name}} vio que no alcanza para aprobar sin una visita por video.",
  },
  reviewed: {
    lead: "Decidido por {{name}}, {{profession}}, con lo que usted envió. No fue una visita en vivo.",
    disposition: {
      approved: "Aprobado por el profesional clínico que miró lo que usted envió.",
    },
  },
};
