// What the page of people says of roles and standings, and what an invitation needs. Pure.

import type {
  InvitationForm,
  OpenInvitationView,
  PeopleView,
  PersonView,
} from "../protocol/types";

export type RoleName = PersonView["role"];
export type Profession = NonNullable<InvitationForm["profession"]>;

export const ROLE: Readonly<Record<RoleName, string>> = {
  practitioner: "Practitioner",
  spa_staff: "Staff",
  spa_manager: "Manager",
  medical_director: "Medical director",
  ops: "Operations",
  compliance: "Compliance",
};
export const PROFESSIONS: readonly { readonly value: Profession; readonly label: string }[] = [
  { value: "MD", label: "MD" },
  { value: "DO", label: "DO" },
  { value: "NP", label: "NP" },
  { value: "PA", label: "PA" },
];

/** An organization's name, by its id. */
export function placeOf(page: PeopleView, id: string): string {
  return page.organizations.find((one) => one.organization_id === id)?.name ?? "";
}

/** One line about somebody, after their name. */
export function standingOf(page: PeopleView, person: PersonView): string {
  const parts = [ROLE[person.role], placeOf(page, person.organization_id), person.login];
  if (!person.active) return [...parts, "closed"].join(" · ");
  parts.push(person.second_factor ? "second factor" : "no second factor");
  if (person.sessions > 0) {
    parts.push(person.sessions === 1 ? "signed in" : `signed in ${person.sessions} times`);
  }
  return parts.join(" · ");
}

/** One line about an open invitation. */
export function invitedAs(page: PeopleView, one: OpenInvitationView): string {
  return [ROLE[one.role], placeOf(page, one.organization_id), one.login].join(" · ");
}

/** Those who ask to be let in again come first; else the order of the server. */
export function inOrder(page: PeopleView): readonly PersonView[] {
  const waits = (one: PersonView): number => (one.recovery === null ? 1 : 0);
  return [...page.people].sort((one, other) => waits(one) - waits(other));
}

/** What is missing in an invitation; null where it can be sent. */
export function missingIn(form: InvitationForm): string | null {
  if (form.display_name.trim() === "") return "Whom is it for?";
  if (form.login.trim().length < 2) return "What will they type to sign in?";
  if (form.role !== "practitioner") return null;
  return /^\d{10}$/.test(form.npi ?? "") ? null : "An NPI has ten digits.";
}

/** A form as it is sent: what is said of practitioners is said of nobody else. */
export function sent(form: InvitationForm): InvitationForm {
  const { organization_id, role, login, display_name } = form;
  if (role !== "practitioner") return { organization_id, role, login, display_name };
  return { ...form, profession: form.profession ?? "MD" };
}
