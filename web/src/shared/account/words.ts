// What the account page says of passkeys, times, secrets and codes. Pure.

import { dayAndTime } from "../format";
import type { Audience, FactorsView, PasskeyView } from "../protocol/types";

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
  if (secondFactors(factors) === 0) return "They come with a passkey or a code generator.";
  if (factors.recovery_left === 0) return "None is left. Make new ones now.";
  const count = factors.recovery_left;
  const left = count === 1 ? "One is left" : `${count} are left`;
  return factors.recovery_left <= FEW_LEFT ? `${left}. Make new ones soon.` : `${left}.`;
}

/** How many there are of what is more than a password, recovery codes not counted. */
export function secondFactors(factors: FactorsView): number {
  return factors.passkeys.length + factors.code_generators.length;
}

/** Whether one may be removed: the last one stays where one is required. */
export function mayRemove(factors: FactorsView): boolean {
  return !factors.required || secondFactors(factors) > 1;
}

/** What is known of a passkey. */
export function passkeyWords(one: PasskeyView, timeZone?: string): string {
  const since = `since ${dayAndTime(one.since_ms, "en-US", timeZone)}`;
  const last =
    one.last_used_ms === null
      ? "not used yet"
      : `last used ${dayAndTime(one.last_used_ms, "en-US", timeZone)}`;
  const where = one.backed_up ? "kept on more than one device" : "on one device only";
  return `${since}, ${last}, ${where}`;
}

/** Where passkeys can be made, on a page where they cannot. */
export function whereWords(passkeyHost: string | null): string {
  return passkeyHost === null
    ? "This server is reached by a number, and passkeys need a name."
    : `Passkeys are made and used under ${passkeyHost}, by a browser that knows them.`;
}

/** What is wrong with a new password; null where nothing is. */
export function passwordFault(password: string, again: string): string | null {
  if (password.length < PASSWORD_CHARS_MIN) return "At least 12 characters.";
  return password === again ? null : "The two are not the same.";
}
