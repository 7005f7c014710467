// Cómo se hizo el examen, según lo calculó el servidor.

export const heldEs = {
  held: {
    live_video: "Por video en vivo.",
    hybrid: "Primero con sus respuestas y luego por video en vivo.",
    audio_only: "Solo por sonido, sin video.",
    store_and_forward: "Con lo que usted envió, sin llamada.",
    none: "No hubo examen por video.",
    modifier: "Código para sus registros: {{codes}}.",
    added: "Agregado a su examen desde entonces",
    record: "Mi expediente completo, en un archivo verificable",
  },
};
