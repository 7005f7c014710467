// How the call goes from one device to the other, and how to be sure of it, in Spanish.

import type { Sentences } from "../../shared/i18n";

export const spokenEs: Sentences = {
  direct:
    "Esta llamada va directo entre sus dos dispositivos y está cifrada de extremo a extremo.",
  relay:
    "Esta llamada va cifrada entre su dispositivo y nuestro servidor de enlace, que la transmite. No la guarda ni la mira; solo anota que pasaron imagen y sonido.",
  title: "¿Nadie más escucha? Compruebe cuatro palabras",
  how: "Léalas en voz alta. El profesional debe ver las mismas palabras.",
  anew: "La llamada se conectó de nuevo, con otras palabras. Léalas otra vez en voz alta con el profesional.",
  gone: "La llamada pasa ahora por nuestro servidor de enlace. Las palabras que comprobaron ya no valen.",
  same: "Son iguales",
  differ: "Son distintas: terminar",
  ended:
    "Terminamos la llamada para protegerle: los dispositivos no pudieron reconocerse con seguridad. Puede tocar Intentar de nuevo. Si vuelve a pasar, pida al spa que organice otra llamada.",
};
