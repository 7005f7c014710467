// The form of a new exam: what is typed, what is wrong with it, what is sent. Pure.

import type { NewExamForm, PortalHomeView } from "../shared/protocol/types";

export interface ExamForm {
  readonly name: string;
  readonly birthDate: string;
  readonly phone: string;
  readonly email: string;
  readonly siteId: string;
  /** Chosen classes, each with its product or "" for none in particular. */
  readonly treatments: Readonly<Record<string, string>>;
}

export type FieldName = "name" | "birthDate" | "phone" | "email" | "site" | "treatments";

export type Faults = Partial<Record<FieldName, string>>;

export const TREATMENTS_MAX = 8;
const PHONE = /^\+?[0-9 ().-]{7,24}$/;
const EMAIL = /^[^@\s]{1,64}@[^@\s]{1,190}$/;

export function emptyForm(siteId: string): ExamForm {
  return { name: "", birthDate: "", phone: "", email: "", siteId, treatments: {} };
}

/** Choose a treatment, or take the choice back. */
export function toggled(form: ExamForm, treatmentClass: string): ExamForm {
  const { [treatmentClass]: old, ...others } = form.treatments;
  const treatments = old === undefined ? { ...form.treatments, [treatmentClass]: "" } : others;
  return { ...form, treatments };
}

export function withProduct(form: ExamForm, treatmentClass: string, product: string): ExamForm {
  return { ...form, treatments: { ...form.treatments, [treatmentClass]: product } };
}

/** What must be mended before sending; `today` is 2026-11-22. */
export function faultsOf(form: ExamForm, today: string): Faults {
  const chosen = Object.keys(form.treatments).length;
  const faults: [FieldName, string | null][] = [
    ["name", form.name.trim() === "" ? "Write the patient's legal name." : null],
    ["birthDate", birthDateFault(form.birthDate, today)],
    ["phone", fits(form.phone, PHONE) ? null : "Digits, spaces and + ( ) . - only."],
    ["email", fits(form.email, EMAIL) ? null : "This is not an e-mail address."],
    ["site", form.siteId === "" ? "Choose the site." : null],
    ["treatments", chosen === 0 ? "Choose at least one treatment." : null],
  ];
  if (chosen > TREATMENTS_MAX) {
    faults.push(["treatments", `Choose at most ${TREATMENTS_MAX} treatments.`]);
  }
  return Object.fromEntries(faults.filter(([, fault]) => fault !== null)) as Faults;
}

/** The fields that the server named, as faults beside those fields. */
export function faultsFrom(fields: readonly string[]): Faults {
  const faults: Faults = {};
  for (const field of fields) {
    const name = FIELDS[field.split(".").at(-1) ?? ""] ?? FIELDS[field.split(".")[0] ?? ""];
    if (name !== undefined) faults[name] = "The server did not accept this.";
  }
  return faults;
}

export function examOf(form: ExamForm, requestId: string): NewExamForm {
  return {
    request_id: requestId,
    patient: {
      legal_name: form.name.trim(),
      birth_date: form.birthDate,
      phone: form.phone.trim(),
      email: form.email.trim(),
    },
    site_id: form.siteId,
    treatments: Object.entries(form.treatments).map(([treatment_class, product]) => ({
      treatment_class,
      product: product === "" ? null : product,
    })),
  };
}

const FIELDS: Readonly<Record<string, FieldName>> = {
  legal_name: "name",
  birth_date: "birthDate",
  phone: "phone",
  email: "email",
  site_id: "site",
  treatments: "treatments",
};

function birthDateFault(birthDate: string, today: string): string | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(birthDate)) return "Write the date of birth.";
  if (birthDate > today) return "This date is in the future.";
  return birthDate < "1900-01-01" ? "Check the year." : null;
}

function fits(text: string, pattern: RegExp): boolean {
  return text.trim() === "" || pattern.test(text.trim());
}

/** Whether any of these is closed because no clinician approved its health questions. */
export function isUnsigned(
  home: PortalHomeView,
  siteId: string,
  classes: readonly string[],
): boolean {
  const site = home.sites.find((one) => one.site_id === siteId);
  const reasons = home.unserved[site?.jurisdiction ?? ""] ?? {};
  return classes.some((one) => reasons[one] === "questionnaire_unsigned");
}

/** The treatment classes that are not to be had at a site, by the rules. */
export function unservedAt(home: PortalHomeView, siteId: string): ReadonlySet<string> {
  const site = home.sites.find((one) => one.site_id === siteId);
  return new Set(Object.keys(home.unserved[site?.jurisdiction ?? ""] ?? {}));
}
