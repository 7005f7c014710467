// The way to an organization's own sign-in and back, as far as the page knows it. Pure, but for
// what it remembers: for what the browser was sent, by the `state` that comes back with it.

export type Purpose = "sign_in" | "step_up" | "link";

/** What a browser comes back with: an answer, or that the provider let nobody in. */
export interface Returned {
  readonly state: string;
  readonly purpose: Purpose;
  readonly answer: {
    readonly code: string;
    readonly iss: string | null;
    readonly provider: string | null;
  } | null;
}

export interface Memory {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

const KEY = "gf-provider:";
const PURPOSES: readonly string[] = ["sign_in", "step_up", "link"] satisfies readonly Purpose[];

/** Remember what a browser is sent for. */
export function remember(memory: Memory, url: string, purpose: Purpose): void {
  const state = new URL(url).searchParams.get("state");
  if (state !== null) memory.setItem(KEY + state, purpose);
}

/** What the address says that a browser came back with; null where it says nothing of the kind. */
export function returnedBy(memory: Memory, hash: string, search: string): Returned | null {
  // Whose address it is stands in the query, wherever the answer stands.
  const provider = new URLSearchParams(search).get("provider");
  for (const text of [hash, search]) {
    const said = new URLSearchParams(text.slice(1));
    const state = said.get("state");
    const code = said.get("code");
    if (state === null || (code === null && said.get("error") === null)) continue;
    const purpose = memory.getItem(KEY + state) ?? "sign_in";
    memory.removeItem(KEY + state);
    return {
      state,
      purpose: isPurpose(purpose) ? purpose : "sign_in",
      answer: code === null ? null : { code, iss: said.get("iss"), provider },
    };
  }
  return null;
}

function isPurpose(text: string): text is Purpose {
  return PURPOSES.includes(text);
}
