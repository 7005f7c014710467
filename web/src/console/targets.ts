// From what bars the signature to the place on the page that mends it. Pure.
//
// The server names a target: `note`, `call`, `answers`, `flags`, `vitals`, `gate-<gate>`,
// `seen-<class>`, in a review `item-<key>`, `sufficiency` or `cond-<code>`, or `disp-<class>` with
// a code such as `rationale_missing` that says which field of the row it means. Ids in the page
// are the same names; one without a place of its own leads to the chart's head.

import type { Gate } from "../shared/protocol/types";

export const GATES: readonly Gate[] = [
  "identity",
  "location",
  "disclosure",
  "room",
  "guardian",
  "complaint_notice",
  "physician_request",
  "consent",
  "private_answers",
  "seen_on_video",
];

const PLACES = new Set(["note", "answers", "flags", "vitals"]);
const FIELDS = new Set(["rationale", "order", "conditions"]);
const ROW_WORDS = new Set(["disposition", "dispositions", "disp", "treatment"]);

/** Whether an element is in the middle column: call, prompts, or what was sent to review. */
export function besideChart(id: string): boolean {
  if (id === "item-answers") return false;
  return id === "call" || id === "sufficiency" || /^(gate|item|cond)-/.test(id);
}

/** The id of the element that a missing requirement points to. */
export function focusId(target: string, code = ""): string {
  if (target === "sufficiency" || /^(item|cond)-/.test(target)) return target;
  const [head = "", name = "", last = ""] = target.split(/[:./-]/);
  const field = last === "" ? code.replace(/_missing$/, "") : last;
  if (PLACES.has(head)) return head;
  if (head === "seen" && name !== "") return `seen-${name}`;
  if (head === "call" || head === "video") return "call";
  if (isGate(head)) return `gate-${head}`;
  if ((head === "gate" || head === "gates") && isGate(name)) return `gate-${name}`;
  if (ROW_WORDS.has(head) && name !== "") return rowId(name, field);
  if (FIELDS.has(head) && name !== "") return rowId(name, head);
  return "chart";
}

function rowId(treatmentClass: string, field: string): string {
  return FIELDS.has(field) ? `disp-${treatmentClass}-${field}` : `disp-${treatmentClass}`;
}

function isGate(name: string): name is Gate {
  return (GATES as readonly string[]).includes(name);
}
