// When the server cannot reach its records, for the patient, in Spanish.

import type { Sentences } from "../../shared/i18n";

export const awayEs: Sentences = {
  waiting:
    "No podemos llegar a nuestros registros por ahora. Quédese en esta página: conserva su lugar en la fila.",
  other:
    "No podemos llegar a nuestros registros por ahora. Espere un momento: conserva su lugar.",
};
