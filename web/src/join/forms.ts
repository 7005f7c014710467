// What a person may type into the intake's forms, checked before it is sent. Pure. The server
// checks again; this only saves a round trip and says which field it is about.

import type {
  IdentityFormInput,
  LocationForm,
  SiteView,
  TreatmentRef,
  TreatmentRefInput,
} from "../shared/protocol/types";

export type Wrong<Form> = Readonly<Partial<Record<keyof Form & string, string>>>;

const PHONE = /^\+?[0-9 ().-]{7,24}$/;
const EMAIL = /^[^@\s]{1,64}@[^@\s]{1,190}$/;
const POSTAL = /^[0-9]{5}(-[0-9]{4})?$/;

/** Field names to the key of a sentence that says what is wanted; empty when all is well. */
export function wrongIdentity(
  form: IdentityFormInput,
  today: string,
): Wrong<IdentityFormInput> {
  return only({
    legal_name: form.legal_name.trim() === "" ? "name" : null,
    birth_date: isBirthDate(form.birth_date, today) ? null : "birthDate",
    phone: isPhone(form.phone) ? null : "phone",
    email: (form.email ?? "") === "" || EMAIL.test(form.email ?? "") ? null : "email",
    emergency_name: form.emergency_name.trim() === "" ? "name" : null,
    emergency_phone: isPhone(form.emergency_phone) ? null : "phone",
  });
}

/** A location as typed: `attested` is still a tick that may be missing. */
export type LocationDraft = Omit<LocationForm, "attested"> & { readonly attested: boolean };

export function wrongLocation(form: LocationDraft): Wrong<LocationDraft> {
  return only({
    jurisdiction: /^[A-Z]{2}$/.test(form.jurisdiction) ? null : "jurisdiction",
    street: form.street.trim() === "" ? "street" : null,
    city: form.city.trim() === "" ? "city" : null,
    postal_code: POSTAL.test(form.postal_code.trim()) ? null : "postal",
    attested: form.attested ? null : "attested",
  });
}

/** The place of treatment as the patient's own, when they say that they are there. */
export function locationAtSite(site: SiteView): LocationForm {
  return {
    jurisdiction: site.jurisdiction,
    street: site.street,
    city: site.city,
    postal_code: site.postal_code,
    at_site: true,
    attested: true,
  };
}

/** A calendar date between 1900 and today. */
export function isBirthDate(text: string, today: string): boolean {
  const date = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T00:00:00Z`) : null;
  if (date === null || Number.isNaN(date.getTime()) || !date.toISOString().startsWith(text)) {
    return false;
  }
  return text >= "1900-01-01" && text <= today;
}

/** Tick or untick a treatment class; its product goes with it. */
export function toggleTreatment(
  chosen: readonly TreatmentRefInput[],
  treatmentClass: string,
): TreatmentRefInput[] {
  return chosen.some((each) => each.treatment_class === treatmentClass)
    ? chosen.filter((each) => each.treatment_class !== treatmentClass)
    : [...chosen, { treatment_class: treatmentClass, product: null }];
}

/** Choose a product of a class that is ticked; "" means not known yet. */
export function chooseProduct(
  chosen: readonly TreatmentRefInput[],
  treatmentClass: string,
  product: string,
): TreatmentRefInput[] {
  return chosen.map((each) =>
    each.treatment_class === treatmentClass
      ? { ...each, product: product === "" ? null : product }
      : each,
  );
}

export function sameTreatments(
  one: readonly TreatmentRefInput[],
  other: readonly TreatmentRef[],
): boolean {
  const key = (each: TreatmentRefInput): string =>
    `${each.treatment_class}/${each.product ?? ""}`;
  return one.map(key).sort().join() === other.map(key).sort().join();
}

export function isPhone(text: string): boolean {
  return PHONE.test(text.trim()) && text.replaceAll(/\D/g, "").length >= 7;
}

function only<Form>(checks: Record<string, string | null>): Wrong<Form> {
  const wrong = Object.entries(checks).filter(([, key]) => key !== null);
  return Object.fromEntries(wrong) as Wrong<Form>;
}
