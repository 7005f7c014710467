// Treatment classes in words. The server's labels go first; these stand in where it sends none.

import type { Language } from "./i18n";
import type { TreatmentOptionView, TreatmentRef } from "./protocol/types";

const NAMES: Readonly<Record<string, Readonly<Record<Language, string>>>> = {
  neurotoxin: { en: "Wrinkle relaxer (neurotoxin)", es: "Relajante de arrugas (neurotoxina)" },
  filler: { en: "Dermal filler", es: "Relleno dérmico" },
  biostimulator: { en: "Collagen stimulator", es: "Estimulador de colágeno" },
  fat_dissolving: { en: "Fat-dissolving injection", es: "Inyección para disolver grasa" },
  laser_ipl: { en: "Laser or IPL", es: "Láser o luz pulsada (IPL)" },
  energy_device: { en: "Skin tightening or body device", es: "Equipo para piel o cuerpo" },
  microneedling: { en: "Microneedling", es: "Microagujas" },
  chemical_peel: { en: "Chemical peel", es: "Peeling químico" },
  iv_therapy: { en: "IV therapy", es: "Terapia intravenosa (suero)" },
  im_vitamin: { en: "Vitamin shot", es: "Inyección de vitaminas" },
  glp1: { en: "GLP-1 weight medicine", es: "Medicina GLP-1 para el peso" },
  weight_loss_drug: {
    en: "Other weight-loss medicine",
    es: "Otra medicina para bajar de peso",
  },
  hormone: { en: "Hormone therapy", es: "Terapia hormonal" },
  prp: { en: "PRP (your own plasma)", es: "PRP (su propio plasma)" },
  threads: { en: "Thread lift", es: "Hilos tensores" },
  sclerotherapy: {
    en: "Vein treatment (sclerotherapy)",
    es: "Tratamiento de venas (escleroterapia)",
  },
  other: { en: "Other treatment", es: "Otro tratamiento" },
};

/** The name of a class, from the server's options when it is among them. */
export function treatmentLabel(
  treatmentClass: string,
  language: Language,
  options: readonly TreatmentOptionView[] = [],
): string {
  const option = options.find((each) => each.treatment_class === treatmentClass);
  if (option !== undefined) {
    return language === "es" ? option.label_es : option.label_en;
  }
  return NAMES[treatmentClass]?.[language] ?? treatmentClass.replaceAll("_", " ");
}

/** The name of a class with its product, when one is chosen: "Dermal filler (calcium ...)". */
export function treatmentName(
  treatment: TreatmentRef,
  language: Language,
  options: readonly TreatmentOptionView[] = [],
): string {
  const label = treatmentLabel(treatment.treatment_class, language, options);
  const product = treatment.product ?? null;
  return product === null ? label : `${label}: ${productName(product)}`;
}

/** Vocabulary names such as `iv_saline` as words. */
export function productName(product: string): string {
  return product.replaceAll("_", " ");
}
