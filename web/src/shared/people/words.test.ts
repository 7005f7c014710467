import { expect, test } from "vitest";
import type { InvitationForm, PeopleView, PersonView } from "../protocol/types";
import { inOrder, missingIn, sent, standingOf } from "./words";

const ANA: PersonView = {
  account_id: "ana",
  organization_id: "glow",
  audience: "spa",
  login: "ana",
  display_name: "Ana Ortiz",
  role: "spa_staff",
  active: true,
  yours: false,
  roles: ["spa_staff", "spa_manager"],
  second_factor: true,
  sessions: 1,
  practitioner_id: null,
  recovery: null,
};
const BEN: PersonView = {
  ...ANA,
  account_id: "ben",
  display_name: "Ben Soto",
  recovery: { asked_at_ms: 0, expires_at_ms: 1, approved: false },
};
const PAGE: PeopleView = {
  people: [ANA, BEN],
  more: false,
  invitations: [],
  organizations: [
    { organization_id: "glow", name: "Glow", kind: "spa", roles: ["spa_staff", "spa_manager"] },
  ],
};
const FORM: InvitationForm = {
  organization_id: "network",
  role: "practitioner",
  login: "noa",
  display_name: "Noa Vale",
  profession: "NP",
  npi: "1000000099",
};

test("a line says what somebody is, and whether they can sign in", () => {
  expect(standingOf(PAGE, ANA)).toBe("Staff · Glow · ana · second factor · signed in");
  expect(standingOf(PAGE, { ...ANA, sessions: 2, second_factor: false })).toBe(
    "Staff · Glow · ana · no second factor · signed in 2 times",
  );
  expect(standingOf(PAGE, { ...ANA, active: false })).toBe("Staff · Glow · ana · closed");
});

test("who asks to be let in again comes first", () => {
  expect(inOrder(PAGE).map((one) => one.account_id)).toEqual(["ben", "ana"]);
});

test("an invitation says what it needs", () => {
  expect(missingIn(FORM)).toBeNull();
  expect(missingIn({ ...FORM, display_name: " " })).toBe("Whom is it for?");
  expect(missingIn({ ...FORM, login: "n" })).toBe("What will they type to sign in?");
  expect(missingIn({ ...FORM, npi: "12" })).toBe("An NPI has ten digits.");
  expect(missingIn({ ...FORM, role: "ops", npi: "" })).toBeNull();
});

test("what is said of practitioners is said of nobody else", () => {
  expect(sent({ ...FORM, role: "spa_staff" })).toEqual({
    organization_id: "network",
    role: "spa_staff",
    login: "noa",
    display_name: "Noa Vale",
  });
  expect(sent(FORM)).toEqual(FORM);
});
