// A spa's own software in words: what it may do, how it stands, and what was pasted as its key.

import { dayAndTime } from "../../shared/format";
import type { ScopeName, SoftwarePageView, SoftwareView } from "../../shared/protocol/types";
import type { IconName } from "../../shared/ui/Icon";

export const SCOPES: readonly { readonly word: ScopeName; readonly words: string }[] = [
  { word: "authorizations:query", words: "Ask whether a treatment is covered" },
  { word: "authorizations:use", words: "Record treatments that were given" },
  { word: "charts:read", words: "Read signed exams, as FHIR" },
];

/** What only the owner of a key may have (RFC 7518, section 6). */
const PRIVATE = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"] as const;

export type KeyFault = "not_json" | "private";

/** What is wrong with a key as it was pasted, before it leaves this page; null: nothing seen. */
export function faultOf(text: string): KeyFault | null {
  let told: unknown;
  try {
    told = JSON.parse(text);
  } catch {
    return "not_json";
  }
  if (typeof told !== "object" || told === null) return "not_json";
  const { keys } = told as { keys?: unknown };
  const every: readonly unknown[] = Array.isArray(keys) ? keys : [told];
  const isPrivate = (key: unknown): boolean =>
    typeof key === "object" && key !== null && PRIVATE.some((name) => name in key);
  return every.some(isPrivate) ? "private" : null;
}

export function faultWords(fault: KeyFault): string {
  return fault === "private"
    ? "This is a private key: it stays with the software, and was not sent. Paste its public half."
    : "This is not a JWK: a public key in JSON.";
}

/** What it may do, in the order of the form. */
export function mayDo(scopes: readonly string[]): string {
  const known = SCOPES.filter((each) => scopes.includes(each.word));
  return known.map(({ words }) => words.charAt(0).toLowerCase() + words.slice(1)).join("; ");
}

export interface Tag {
  readonly key: "active" | "keyless" | "revoked";
  readonly tone: "quiet" | "good" | "care";
  readonly icon: IconName;
  readonly words: string;
}

export function tagOf(one: SoftwareView): Tag {
  if (one.state === "revoked") {
    return { key: "revoked", tone: "quiet", icon: "cross", words: "Revoked" };
  }
  if (one.keys.length === 0) {
    return { key: "keyless", tone: "care", icon: "warning", words: "No key" };
  }
  return { key: "active", tone: "good", icon: "check", words: "Active" };
}

/** What it may do, and when it was last here. */
export function factsOf(one: SoftwareView): string {
  if (one.revoked_at_ms !== null) {
    return `Revoked ${dayAndTime(one.revoked_at_ms)}. It opens nothing any more.`;
  }
  const last =
    one.signed_in_at_ms === null
      ? "It has not signed in yet."
      : `It last signed in ${dayAndTime(one.signed_in_at_ms)}.`;
  return `It may: ${mayDo(one.scopes)}. ${last}`;
}

export function isFull(view: SoftwarePageView): boolean {
  const active = view.software.filter((each) => each.state === "active");
  return active.length >= view.software_max;
}

/** As much of a key's name as tells it from the others. */
export function shortName(kid: string): string {
  return kid.length > 20 ? `${kid.slice(0, 16)}…` : kid;
}
