// What goes with a decision: why, the order, what must be met first, for how long.

import type { JSX } from "preact";
import { PERFORMER_WORDS, toggled } from "../shared/performers";
import type { ConditionCode, PerformerRole } from "../shared/protocol/types";
import { AreaField, SelectField } from "../shared/ui/Field";
import { Ticks } from "../shared/ui/Ticks";
import {
  CONDITIONS,
  type ConditionDraft,
  type Decision,
  fieldsOf,
  lets,
  REASONS,
  type Row,
} from "./dispositions";
import { OrderForm } from "./order-form";

export type Edit = (change: Partial<Decision>) => void;

const TEXT_MAX = 4_000;
const CONDITION_TEXT_MAX = 500;
const NOT_CHOSEN = { value: "", label: "Choose a condition" };

export function RowFields(props: { row: Row; edit: Edit }): JSX.Element {
  const { row, edit } = props;
  const { now } = row;
  const fields = fieldsOf(now.disposition);
  const id = `disp-${row.treatmentClass}`;
  return (
    <div class="row-fields">
      {fields.reasons && (
        <Ticks
          legend="Deferred because"
          testId={`${id}-reason`}
          all={REASONS.map((each) => ({ value: each.reason, label: each.label }))}
          chosen={now.reasons}
          onToggle={(reason) => edit({ reasons: toggled(now.reasons, reason) })}
        />
      )}
      <RowText
        id={`${id}-rationale`}
        label="Rationale"
        value={now.rationale}
        onValue={(rationale) => edit({ rationale })}
      />
      {fields.condition && <ConditionFields id={id} row={row} edit={edit} />}
      {fields.conditions && (
        <RowText
          id={`${id}-conditions`}
          label="Precautions"
          value={now.conditions}
          onValue={(text) => edit({ conditions: text })}
        />
      )}
      {fields.order && (
        <OrderForm id={`${id}-order`} draft={now.order} onChange={(order) => edit({ order })} />
      )}
      {lets(now.disposition) && (
        <SelectField
          label="Valid for"
          name={`${id}-months`}
          testId={`${id}-months`}
          options={monthOptions(now)}
          value={String(now.validMonths)}
          onValue={(value) => edit({ validMonths: Number(value) })}
        />
      )}
    </div>
  );
}

export function months(count: number): string {
  return count === 1 ? "1 month" : `${count} months`;
}

function monthOptions(now: Decision): { value: string; label: string }[] {
  const most = now.order.proposal?.months_max ?? now.validMonths;
  return Array.from({ length: most }, (_, index) => ({
    value: String(index + 1),
    label: months(index + 1),
  }));
}

function ConditionFields(props: { id: string; row: Row; edit: Edit }): JSX.Element {
  const { id, row, edit } = props;
  const { condition, order } = row.now;
  const change = (more: Partial<ConditionDraft>): void =>
    edit({ condition: { ...condition, ...more } });
  const who: readonly PerformerRole[] = order.proposal?.order.performers ?? [];
  return (
    <div class="condition">
      <SelectField
        label="Condition to be met first"
        name={`${id}-condition`}
        testId={`${id}-condition`}
        options={[
          NOT_CHOSEN,
          ...CONDITIONS.map((each) => ({ value: each.code, label: each.label })),
        ]}
        value={condition.code}
        onValue={(code) => change({ code: code as ConditionCode | "" })}
      />
      <RowText
        id={`${id}-condition-text`}
        label={condition.code === "other" ? "What must be met" : "More about it (optional)"}
        max={CONDITION_TEXT_MAX}
        value={condition.text}
        onValue={(text) => change({ text })}
      />
      <Ticks
        legend="Who may confirm that it is met"
        testId={`${id}-satisfied`}
        all={who.map((role) => ({ value: role, label: PERFORMER_WORDS[role] }))}
        chosen={condition.satisfiedBy}
        onToggle={(role) => change({ satisfiedBy: toggled(condition.satisfiedBy, role) })}
      />
    </div>
  );
}

function RowText(props: {
  id: string;
  label: string;
  value: string;
  max?: number;
  onValue: (value: string) => void;
}): JSX.Element {
  const { id, label, value, max, onValue } = props;
  return (
    <div id={id} class="row-field">
      <AreaField
        label={label}
        name={id}
        testId={id}
        rows={2}
        maxLength={max ?? TEXT_MAX}
        value={value}
        onValue={onValue}
      />
    </div>
  );
}
