// What the address of a page of staff says of somebody who has no session yet. Pure.

export type Arrival =
  | { readonly name: "invited"; readonly secret: string }
  | { readonly name: "lost" }
  | { readonly name: "asked"; readonly secret: string; readonly phrase: string };

const INVITATION = "#invitation=";
const RECOVERY = "#recovery=";
export const LOST = "#lost";

/** Read the fragment, which browsers send to nobody; null where it says nothing of the kind. */
export function arrivalOf(hash: string): Arrival | null {
  if (hash === LOST) return { name: "lost" };
  if (hash.startsWith(INVITATION)) {
    return { name: "invited", secret: hash.slice(INVITATION.length) };
  }
  if (!hash.startsWith(RECOVERY)) return null;
  const [secret = "", words = ""] = hash.slice(RECOVERY.length).split(".");
  return { name: "asked", secret, phrase: words.split("-").join(" ") };
}

/** The fragment by which a page that is loaded again still knows what was asked. */
export function hashOfAsked(secret: string, phrase: string): string {
  return `${RECOVERY}${secret}.${phrase.split(" ").join("-")}`;
}
