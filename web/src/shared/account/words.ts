// What the account page says of times, secrets and codes. Pure.

import type { Audience, FactorsView } from "../protocol/types";

export type Staff = Exclude<Audience, "patient">;

const PAGES: Readonly<Record<Staff, string>> = {
  practitioner: "console",
  spa: "portal",
  ops: "ops",
};
const GROUP = 4;
export const PASSWORD_CHARS_MIN = 12;
export const FEW_LEFT = 3;

/** Where the page of an audience asks about the account. */
export function baseOf(audience: Staff): string {
  return `/api/v1/${PAGES[audience]}`;
}

/** A secret in groups of four, for typing it on a phone. */
export function grouped(secret: string): string {
  const groups: string[] = [];
  for (let at = 0; at < secret.length; at += GROUP) groups.push(secret.slice(at, at + GROUP));
  return groups.join(" ");
}

/** Recovery codes as a text to keep. */
export function codesText(codes: readonly string[], who: string): string {
  return [`Recovery codes of Goodfaith for ${who}. Each works once.`, "", ...codes, ""].join(
    "\n",
  );
}

/** What can be said of the recovery codes that are left. */
export function leftWords(factors: FactorsView): string {
  if (factors.code_generators.length === 0) return "They come with a code generator.";
  if (factors.recovery_left === 0) return "None is left. Make new ones now.";
  const count = factors.recovery_left;
  const left = count === 1 ? "One is left" : `${count} are left`;
  return factors.recovery_left <= FEW_LEFT ? `${left}. Make new ones soon.` : `${left}.`;
}

/** Whether a generator may be removed: the last one stays where one is required. */
export function mayRemove(factors: FactorsView): boolean {
  return !factors.required || factors.code_generators.length > 1;
}

/** What is wrong with a new password; null where nothing is. */
export function passwordFault(password: string, again: string): string | null {
  if (password.length < PASSWORD_CHARS_MIN) return "At least 12 characters.";
  return password === again ? null : "The two are not the same.";
}
