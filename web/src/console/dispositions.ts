// The decision on each treatment, as it is being made. Pure.
//
// A row is the server's last word plus what has been typed since. The server re-sends the chart
// after every command; a row that is being edited keeps its own words until they are saved.

import type {
  ChartView,
  Disposition,
  DispositionSet,
  DispositionView,
  HealthFlag,
} from "../shared/protocol/types";

export interface Decision {
  readonly disposition: Disposition | null;
  readonly rationale: string;
  readonly order: string;
  readonly conditions: string;
  readonly validMonths: number;
}

export interface Row {
  readonly treatmentClass: string;
  readonly product: string | null;
  readonly approvalBarred: boolean;
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

/** An absolute contraindication leaves only "deferred" and "declined". */
export function isBarred(row: Row, disposition: Disposition): boolean {
  return row.approvalBarred && lets(disposition);
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
      now: mine ? old.now : keepingHidden(saved, old),
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
    order: shown(row.now).order,
    conditions: shown(row.now).conditions,
    valid_months: row.now.validMonths,
  };
}

/** Which fields a decision shows; the server decides which are required. */
export function fieldsOf(disposition: Disposition | null): {
  readonly order: boolean;
  readonly conditions: boolean;
} {
  const open = lets(disposition);
  return {
    order: open || disposition === null,
    conditions: open && disposition !== "approved",
  };
}

function decisionOf(view: DispositionView): Decision {
  return {
    disposition: view.disposition,
    rationale: view.rationale,
    order: view.order,
    conditions: view.conditions,
    validMonths: view.valid_months,
  };
}

/** The decision as it is sent: fields that its choice does not show are empty. */
function shown(decision: Decision): Decision {
  const fields = fieldsOf(decision.disposition);
  return {
    ...decision,
    order: fields.order ? decision.order : "",
    conditions: fields.conditions ? decision.conditions : "",
  };
}

/** Words of a field that the choice hides stay on the page, should the choice change back. */
function keepingHidden(saved: Decision, old: Row | undefined): Decision {
  const fields = fieldsOf(saved.disposition);
  return {
    ...saved,
    order: fields.order ? saved.order : (old?.now.order ?? saved.order),
    conditions: fields.conditions
      ? saved.conditions
      : (old?.now.conditions ?? saved.conditions),
  };
}

function isSame(one: Decision, other: Decision): boolean {
  const [a, b] = [shown(one), shown(other)];
  return (
    a.disposition === b.disposition &&
    a.rationale === b.rationale &&
    a.order === b.order &&
    a.conditions === b.conditions &&
    a.validMonths === b.validMonths
  );
}

function update(rows: Rows, treatmentClass: string, change: (row: Row) => Row): Rows {
  return rows.map((row) => (row.treatmentClass === treatmentClass ? change(row) : row));
}
