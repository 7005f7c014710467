// The keyboard of the console. Pure: what a key means, given where the focus is.
//
// Single keys act only inside one part of the page (an offer, a row of a decision). Everything
// else wants Alt, so that nothing happens to somebody who is typing.

export type Jump = "offer" | "note" | "decisions" | "prompts" | "sign" | "map";

export interface Pressed {
  readonly key: string;
  readonly code: string;
  readonly altKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
}

/** The part of an element that tells whether typing goes into it. */
export interface Focused {
  readonly tagName: string;
  readonly type?: string;
  readonly isContentEditable?: boolean;
}

export interface Shortcut {
  readonly keys: string;
  readonly does: string;
}

export const SHORTCUTS: readonly Shortcut[] = [
  { keys: "?", does: "Show this map (not while typing)" },
  { keys: "Alt + O", does: "Go to the offer that rings" },
  { keys: "Enter", does: "Accept, while the offer has focus" },
  { keys: "Esc", does: "Pass with the chosen reason, while the offer has focus" },
  { keys: "Alt + P", does: "Go to the spoken prompts" },
  { keys: "Alt + N", does: "Go to the note" },
  { keys: "Alt + T", does: "Go to the first treatment without a decision" },
  { keys: "V", does: "Say that you see the findings, while its row has focus" },
  { keys: "1 to 5", does: "Choose a decision, while its row has focus" },
  { keys: "O", does: "Confirm the order, while its row has focus" },
  { keys: "E", does: "Narrow the order, while its row has focus" },
  { keys: "Alt + S", does: "Review and sign" },
];

const JUMPS: Readonly<Record<string, Jump>> = {
  KeyO: "offer",
  KeyP: "prompts",
  KeyN: "note",
  KeyT: "decisions",
  KeyS: "sign",
};

const NO_TEXT = new Set(["checkbox", "radio", "button", "submit", "reset", "range", "file"]);

/** Whether what is typed would become text in this element. */
export function isTextField(element: Focused | null): boolean {
  if (element === null) return false;
  const tag = element.tagName.toUpperCase();
  if (tag === "TEXTAREA" || tag === "SELECT" || element.isContentEditable === true) return true;
  return tag === "INPUT" && !NO_TEXT.has(element.type ?? "text");
}

/** Where a key leads, or null when it means nothing to the page as a whole. */
export function jumpOf(pressed: Pressed, focused: Focused | null): Jump | null {
  if (pressed.ctrlKey || pressed.metaKey) return null;
  if (pressed.altKey) return JUMPS[pressed.code] ?? null;
  return pressed.key === "?" && !isTextField(focused) ? "map" : null;
}
