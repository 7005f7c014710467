// How compliance's page says what codes mean. Pure.

import type { JurisdictionRowView } from "../../shared/protocol/types";

export type Standing = "closed" | "partly" | "open";

export function standingOf(row: JurisdictionRowView): Standing {
  if (row.opened === 0) return "closed";
  return row.opened < row.cells ? "partly" : "open";
}

export const STANDING: Readonly<Record<Standing, string>> = {
  closed: "Closed: no exam is offered",
  partly: "Open for some professions or treatments",
  open: "Open for every profession and treatment",
};

export const SIGNED_OFF: Readonly<Record<string, string>> = {
  store_and_forward: "Store-and-forward",
  audio_only: "Audio-only",
  definition_opinion: "Opinion on the definition",
};

export const DONE: Readonly<Record<string, string>> = {
  opened: "Opened",
  closed: "Closed",
  signed_off: "Signed off",
  sign_off_withdrawn: "Sign-off withdrawn",
  policy_set: "Policy set",
  published: "Rules published",
};

export const FAULT: Readonly<Record<string, string>> = {
  absent: "There are no rules.",
  unsigned: "No trusted publisher signed these rules.",
  not_yet_effective: "These rules are not in force yet.",
  expired: "These rules have expired.",
};

export const ACTION: Readonly<Record<string, string>> = {
  tell_it_is_not_possible: "Tell the patient it is not possible",
  move_to_live_video: "Move to live video",
  ask_again: "Ask for what is new",
  stop_before_signing: "Stop before signing",
  complete_before_signing: "Complete what is new before signing",
  review_authorization: "Have a person look at the authorization",
  none_needed: "Nothing to do",
};

const SPELT: Readonly<Record<string, string>> = {
  iv_therapy: "IV therapy",
  im_vitamin: "IM vitamin",
  laser_ipl: "Laser or IPL",
  glp1: "GLP-1",
  prp: "PRP",
};

/** A code such as `live_video_required` as words. */
export function spoken(code: string): string {
  const spelt = SPELT[code];
  if (spelt !== undefined) return spelt;
  const words = code.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What a line of the log is about: places of an opening, or the parts of the rest. */
export function subjectOf(json: string): string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    return json;
  }
  if (typeof parsed !== "object" || parsed === null) return json;
  const entries = Object.entries(parsed);
  if (entries.every(([, value]) => typeof value === "object")) {
    return entries
      .map(([place, who]) => `${place} (${Object.keys(who).join(", ")})`)
      .join("; ");
  }
  return entries
    .filter(([name]) => name !== "sha256")
    .map(([, value]) =>
      /^[A-Z]{2}$/.test(String(value)) ? String(value) : spoken(String(value)),
    )
    .join(", ");
}

/** What new rules change about one who is touched: the decision, or only what is asked besides. */
export function changeWords(one: {
  readonly before: string;
  readonly after: string;
  readonly more: readonly string[];
}): string {
  const more = one.more.length === 0 ? "" : `; also asked: ${one.more.map(spoken).join(", ")}`;
  const decision =
    one.before === one.after
      ? `still ${spoken(one.after)}`
      : `${spoken(one.before)} becomes ${spoken(one.after)}`;
  return `${decision}${more}`;
}
