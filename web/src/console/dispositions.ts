// The decision on each treatment, as it is being made. Pure.
//
// A row is the server's last word plus what has been typed since. The server re-sends the chart
// after every command; a row that is being edited keeps its own words until they are saved.

import type {
  ChartView,
  ConditionCode,
  DeferReason,
  Disposition,
  DispositionCondition,
  DispositionSet,
  DispositionView,
  HealthFlag,
  PerformerRole,
} from "../shared/protocol/types";
import { draftOf, isSameProtocol, type OrderDraft, orderOf } from "./order";

/** What a conditional decision waits for; no code while none is chosen. */
export interface ConditionDraft {
  readonly code: ConditionCode | "";
  readonly text: string;
  readonly satisfiedBy: readonly PerformerRole[];
}

export interface Decision {
  readonly disposition: Disposition | null;
  readonly rationale: string;
  readonly order: OrderDraft;
  readonly conditions: string;
  readonly condition: ConditionDraft;
  readonly reasons: readonly DeferReason[];
  readonly validMonths: number;
}

export interface Row {
  readonly treatmentClass: string;
  readonly product: string | null;
  readonly approvalBarred: boolean;
  /** Why nothing can be ordered here, or null. */
  readonly orderBar: string | null;
  readonly now: Decision;
  readonly saved: Decision;
  /** What is under way to the server. */
  readonly sent: Decision | null;
  readonly problem: string | null;
}

export type Rows = readonly Row[];

export interface Choice {
  readonly disposition: Disposition;
  readonly key: string;
  readonly label: string;
}

export const CHOICES: readonly Choice[] = [
  { disposition: "approved", key: "1", label: "Approved" },
  { disposition: "approved_with_precaution", key: "2", label: "Approved with precaution" },
  { disposition: "conditional", key: "3", label: "Conditional" },
  { disposition: "deferred", key: "4", label: "Deferred" },
  { disposition: "declined", key: "5", label: "Declined" },
];

export const VALID_MONTHS_MAX = 12;

/** What one click makes of a treatment whose findings could not be seen. Never an approval. */
export const DEFERRED_UNSEEN: Partial<Decision> = {
  disposition: "deferred",
  reasons: ["needs_more_information"],
  rationale: "What has to be seen for this treatment could not be seen on the video.",
};

const NOT_SEEN: ReadonlySet<string> = new Set(["finding_missing", "finding_unseen"]);

/** The treatments that are approved without having been seen. */
export function notSeen(view: Pick<ChartView, "missing">): string[] {
  return view.missing
    .filter((each) => NOT_SEEN.has(each.code))
    .map((each) => each.target.replace(/^seen-/, ""));
}

export const REASONS: readonly { readonly reason: DeferReason; readonly label: string }[] = [
  { reason: "needs_in_person_exam", label: "Needs an exam in person" },
  { reason: "needs_more_information", label: "Needs more information" },
  { reason: "needs_records", label: "Needs records" },
  { reason: "needs_lab_result", label: "Needs a lab result" },
  { reason: "needs_medicine_change", label: "Needs a change of medicine first" },
  { reason: "not_today", label: "Not today" },
];

export const CONDITIONS: readonly { readonly code: ConditionCode; readonly label: string }[] = [
  { code: "negative_pregnancy_test", label: "Negative pregnancy test" },
  { code: "vital_signs_in_range", label: "Vital signs in range" },
  { code: "lab_result_in_range", label: "Lab result in range" },
  {
    code: "clearance_from_own_physician",
    label: "Clearance from the patient's own physician",
  },
  { code: "medicine_paused", label: "Medicine paused" },
  { code: "skin_healed", label: "Skin healed" },
  { code: "patch_test_clear", label: "Patch test clear" },
  { code: "other", label: "Something else (say what)" },
];

/** A contraindication, or a site without a protocol, leaves "deferred" and "declined". */
export function isBarred(row: Row, disposition: Disposition): boolean {
  return (row.approvalBarred || row.orderBar !== null) && lets(disposition);
}

/** Whether the spa could treat on this decision, at once or when its conditions are met. */
export function lets(disposition: Disposition | null): boolean {
  return (
    disposition === "approved" ||
    disposition === "approved_with_precaution" ||
    disposition === "conditional"
  );
}

/** Why approval is not possible for this treatment, in the words of its flags. */
export function barReasons(flags: readonly HealthFlag[], treatmentClass: string): string[] {
  const bars = flags.filter(
    (one) =>
      one.severity !== "review" &&
      (one.applies_to === treatmentClass || one.applies_to === "all" || one.applies_to === ""),
  );
  return [...new Set(bars.map((one) => one.reason))];
}

/** The choice of a single key within a row, or null when the key means nothing there. */
export function choiceOfKey(row: Row, key: string): Disposition | null {
  const choice = CHOICES.find((one) => one.key === key);
  if (choice === undefined || isBarred(row, choice.disposition)) return null;
  return choice.disposition;
}

/** Rows for a freshly read chart, keeping what is being edited in `known`. */
export function adopted(known: Rows, chart: Pick<ChartView, "dispositions">): Rows {
  return chart.dispositions.map((view) => {
    const old = known.find((one) => one.treatmentClass === view.treatment_class);
    const saved = decisionOf(view);
    const mine = old !== undefined && !isSame(old.now, old.saved);
    return {
      treatmentClass: view.treatment_class,
      product: view.product,
      approvalBarred: view.approval_barred,
      orderBar: view.order_bar,
      now: mine ? keepingProtocol(old.now, saved) : keepingHidden(saved, old),
      saved,
      sent: old?.sent ?? null,
      problem: old?.problem ?? null,
    };
  });
}

/** The row with `change` applied; a barred choice is not taken. */
export function edited(rows: Rows, treatmentClass: string, change: Partial<Decision>): Rows {
  return update(rows, treatmentClass, (row) => {
    if (change.disposition != null && isBarred(row, change.disposition)) return row;
    return { ...row, now: { ...row.now, ...change } };
  });
}

/** Whether the row says something that the server has not, and could be told. */
export function wantsSave(row: Row): boolean {
  return row.now.disposition !== null && row.sent === null && !isSame(row.now, row.saved);
}

/** Whether anything in the row would be lost with the page. */
export function isUnsaved(row: Row): boolean {
  return !isSame(row.now, row.saved);
}

export function sending(rows: Rows, treatmentClass: string): Rows {
  return update(rows, treatmentClass, (row) => ({ ...row, sent: row.now, problem: null }));
}

export function acknowledged(rows: Rows, treatmentClass: string): Rows {
  return update(rows, treatmentClass, (row) =>
    row.sent === null ? row : { ...row, saved: row.sent, sent: null, problem: null },
  );
}

/** The save failed. The words stay; `problem` says why. */
export function refused(rows: Rows, treatmentClass: string, problem: string): Rows {
  return update(rows, treatmentClass, (row) => ({ ...row, sent: null, problem }));
}

/** The command for a row; null while no choice was made. */
export function command(
  encounterId: string,
  row: Row,
): Omit<DispositionSet, "v" | "id"> | null {
  if (row.now.disposition === null) return null;
  return {
    type: "disposition.set",
    encounter_id: encounterId,
    treatment_class: row.treatmentClass,
    disposition: row.now.disposition,
    rationale: row.now.rationale,
    ...shown(row.now),
    valid_months: row.now.validMonths,
  };
}

/** Which fields a decision shows; the server decides which are required. */
export function fieldsOf(disposition: Disposition | null): {
  readonly order: boolean;
  readonly conditions: boolean;
  readonly condition: boolean;
  readonly reasons: boolean;
} {
  const open = lets(disposition);
  return {
    order: open || disposition === null,
    conditions: open && disposition !== "approved",
    condition: disposition === "conditional",
    reasons: disposition === "deferred",
  };
}

function decisionOf(view: DispositionView): Decision {
  return {
    disposition: view.disposition,
    rationale: view.rationale,
    order: draftOf(view.proposal, view.order),
    conditions: view.conditions,
    condition:
      view.condition === null
        ? { code: "", text: "", satisfiedBy: view.proposal?.order.performers ?? [] }
        : {
            code: view.condition.code,
            text: view.condition.text,
            satisfiedBy: view.condition.satisfied_by,
          },
    reasons: view.reasons,
    validMonths: view.valid_months,
  };
}

/** The decision as it is sent: fields that its choice does not show are empty. */
function shown(
  decision: Decision,
): Pick<DispositionSet, "order" | "conditions" | "condition" | "reasons"> {
  const fields = fieldsOf(decision.disposition);
  return {
    order: fields.order ? orderOf(decision.order) : null,
    conditions: fields.conditions ? decision.conditions : "",
    condition: fields.condition ? conditionOf(decision.condition) : null,
    reasons: fields.reasons ? [...decision.reasons] : [],
  };
}

function conditionOf(draft: ConditionDraft): DispositionCondition | null {
  if (draft.code === "" || draft.satisfiedBy.length === 0) return null;
  return {
    code: draft.code,
    text: draft.text.trim(),
    satisfied_by: [...draft.satisfiedBy],
  };
}

/** Words of a field that the choice hides, or that are not confirmed, stay on the page. */
function keepingHidden(saved: Decision, old: Row | undefined): Decision {
  if (old === undefined) return saved;
  const fields = fieldsOf(saved.disposition);
  const sent = shown(saved);
  return {
    ...saved,
    order:
      sent.order === null && isSameProtocol(old.now.order, saved.order)
        ? old.now.order
        : saved.order,
    conditions: fields.conditions ? saved.conditions : old.now.conditions,
    condition: sent.condition === null ? old.now.condition : saved.condition,
    reasons: fields.reasons ? saved.reasons : old.now.reasons,
  };
}

/** What is being edited, unless its protocol is another one by now: then the order is new. */
function keepingProtocol(mine: Decision, saved: Decision): Decision {
  return isSameProtocol(mine.order, saved.order) ? mine : { ...mine, order: saved.order };
}

function isSame(one: Decision, other: Decision): boolean {
  return (
    one.disposition === other.disposition &&
    one.rationale === other.rationale &&
    one.validMonths === other.validMonths &&
    JSON.stringify(shown(one)) === JSON.stringify(shown(other))
  );
}

function update(rows: Rows, treatmentClass: string, change: (row: Row) => Row): Rows {
  return rows.map((row) => (row.treatmentClass === treatmentClass ? change(row) : row));
}
