// "Covered by a valid exam?": what is typed, what is asked, and the answer in plain words. Pure.

import type {
  AuthorizationAnswerView,
  AuthorizationQueryForm,
  CoverView,
  SameDayForm,
  SatisfyForm,
  UseForm,
} from "../shared/protocol/types";
import type { Standing } from "./state";

export type Credential = NonNullable<AuthorizationQueryForm["performer_credential"]>;
export type Topic = Exclude<keyof SameDayForm, "answered_by" | "staff_name">;

export interface Asked {
  readonly name: string;
  readonly birthDate: string;
  readonly treatmentClass: string;
  readonly siteId: string;
  /** Who will perform it, or "" while that is not known. */
  readonly credential: Credential | "";
}

export type AskedFault = "name" | "birthDate" | "treatmentClass" | "siteId";

export const CREDENTIALS: Readonly<Record<Credential, string>> = {
  MD: "Physician (MD)",
  DO: "Physician (DO)",
  NP: "Nurse practitioner (NP)",
  PA: "Physician assistant (PA)",
  RN: "Registered nurse (RN)",
  LPN: "Practical nurse (LPN)",
  paramedic: "Paramedic",
  esthetician: "Esthetician",
  laser_technician: "Laser technician",
  medical_assistant: "Medical assistant",
};

export const TOPICS: readonly { readonly topic: Topic; readonly question: string }[] = [
  { topic: "pregnancy", question: "Pregnant, or possibly pregnant?" },
  { topic: "new_diagnosis", question: "A new diagnosis since the exam?" },
  { topic: "new_medication", question: "A new medicine since the exam?" },
  { topic: "new_allergy", question: "A new allergy since the exam?" },
  { topic: "infection", question: "An infection now, here or elsewhere?" },
];

export const ANSWERS: Readonly<Record<AuthorizationAnswerView["answer"], Standing>> = {
  covered: { key: "covered", words: "Covered by a valid exam", icon: "check", tone: "good" },
  conditional: { key: "conditional", words: "Not yet covered", icon: "flag", tone: "care" },
  not_covered: { key: "not_covered", words: "Not covered", icon: "cross", tone: "bad" },
};

export function faultsOf(asked: Asked): Partial<Record<AskedFault, string>> {
  const faults: [AskedFault, string | null][] = [
    ["name", asked.name.trim() === "" ? "Write the patient's legal name." : null],
    [
      "birthDate",
      /^\d{4}-\d{2}-\d{2}$/.test(asked.birthDate) ? null : "Give the date of birth.",
    ],
    ["treatmentClass", asked.treatmentClass === "" ? "Choose the treatment." : null],
    ["siteId", asked.siteId === "" ? "Choose the site." : null],
  ];
  return Object.fromEntries(faults.filter(([, fault]) => fault !== null));
}

export function queryOf(
  asked: Asked,
  requestId: string,
  sameDay: SameDayForm | null,
): AuthorizationQueryForm {
  return {
    request_id: requestId,
    patient: { patient_id: null, legal_name: asked.name.trim(), birth_date: asked.birthDate },
    treatment_class: asked.treatmentClass,
    product: null,
    site_id: asked.siteId,
    // Today, where the site is: this browser may be elsewhere.
    date: null,
    performer_credential: asked.credential === "" ? null : asked.credential,
    same_day: sameDay,
  };
}

export type Said = Readonly<Partial<Record<Topic, boolean>>>;

/** A same-day check as far as it is typed. */
export interface Typed {
  readonly said: Said;
  readonly by: "patient" | "staff";
  readonly staff: string;
}

export const NOTHING_CHECKED: Typed = { said: {}, by: "patient", staff: "" };

/** What must be mended before the check is sent, or null. */
export function checkFault(said: Said, by: "patient" | "staff", staff: string): string | null {
  if (TOPICS.some(({ topic }) => said[topic] === undefined))
    return "Answer all five questions.";
  return by === "staff" && staff.trim() === "" ? "Write the name of the staff member." : null;
}

export function sameDayOf(said: Said, by: "patient" | "staff", staff: string): SameDayForm {
  const of = (topic: Topic): boolean | null => said[topic] ?? null;
  return {
    answered_by: by,
    staff_name: by === "staff" ? staff.trim() : "",
    pregnancy: of("pregnancy"),
    new_diagnosis: of("new_diagnosis"),
    new_medication: of("new_medication"),
    new_allergy: of("new_allergy"),
    infection: of("infection"),
  };
}

/** Whether the check of the day would still change the answer. */
export function wantsCheck(answer: AuthorizationAnswerView): boolean {
  return answer.answer !== "not_covered" && answer.unanswered.length > 0;
}

/** Whether news can be told although today's check is complete: a yes ends it all. */
export function canReport(answer: AuthorizationAnswerView): boolean {
  return (
    answer.patient_id !== null &&
    answer.authorization?.revoked_at_ms === null &&
    !wantsCheck(answer) &&
    !answer.reasons.some((reason) => reason.code === "health_changed")
  );
}

/** Whether somebody may say here that the condition is met. */
export function wantsCondition(answer: AuthorizationAnswerView): boolean {
  return (
    answer.answer !== "not_covered" &&
    answer.reasons.some((reason) => reason.code === "condition_open")
  );
}

export interface Given {
  readonly performer: string;
  readonly credential: Credential | "";
  readonly product: string;
  readonly dose: string;
  readonly unit: string;
  readonly area: string;
  readonly lot: string;
  /** Local wall time, 2026-11-28T09:30. */
  readonly at: string;
}

export function givenFault(given: Given): string | null {
  if (given.performer.trim() === "") return "Write who performed it.";
  if (given.credential === "") return "Choose the credential of who performed it.";
  if (given.dose !== "" && !(Number(given.dose) > 0)) return "The dose is a number above zero.";
  if (given.dose !== "" && given.unit.trim() === "") return "Write the unit of the dose.";
  return Number.isNaN(Date.parse(given.at)) ? "Give the time." : null;
}

/** What is sent; `credential` was checked by `givenFault`. */
export function useOf(given: Given, requestId: string): UseForm {
  return {
    request_id: requestId,
    performer_name: given.performer.trim(),
    performer_credential: given.credential as Credential,
    product: given.product,
    dose: given.dose === "" ? null : { value: Number(given.dose), unit: given.unit.trim() },
    area: given.area.trim(),
    lot: given.lot.trim(),
    performed_at_ms: Date.parse(given.at),
    note: "",
  };
}

export function satisfactionOf(
  cover: CoverView,
  said: { readonly name: string; readonly credential: Credential | ""; readonly note: string },
  requestId: string,
): SatisfyForm | null {
  const { name, credential, note } = said;
  if (credential === "" || !cover.satisfied_by.includes(credential)) return null;
  if (name.trim() === "" || note.trim() === "") return null;
  return { request_id: requestId, name: name.trim(), credential, note: note.trim() };
}
