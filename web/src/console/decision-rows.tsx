// One row per treatment: the decision, why, and what the spa may do with it.

import type { JSX } from "preact";
import type { ChartView, DispositionView } from "../shared/protocol/types";
import { treatmentName } from "../shared/treatments";
import { AreaField, SelectField } from "../shared/ui/Field";
import { Icon } from "../shared/ui/Icon";
import type { ChartDesk } from "./chart-desk";
import {
  barReasons,
  CHOICES,
  choiceOfKey,
  type Decision,
  fieldsOf,
  isBarred,
  isUnsaved,
  lets,
  type Row,
  VALID_MONTHS_MAX,
} from "./dispositions";
import { isTextField } from "./keys";
import { singleKeys } from "./settings";

const TEXT_MAX = 4_000;
const MONTHS = Array.from({ length: VALID_MONTHS_MAX }, (_, index) => ({
  value: String(index + 1),
  label: months(index + 1),
}));

export function DecisionRows(props: { chart: ChartDesk; view: ChartView }): JSX.Element {
  const { chart, view } = props;
  return (
    <section class="decisions" aria-labelledby="decisions-title">
      <h3 id="decisions-title">Decisions</h3>
      {view.gates_first && view.signed_at_ms === null && (
        <p id="gates-first" class="bar" data-testid="gates-first">
          <Icon name="info" />
          <span>Say and confirm every prompt first. Decisions come after them.</span>
        </p>
      )}
      {view.signed_at_ms === null
        ? chart.rows.rows.value.map((row) => (
            <DecisionRow key={row.treatmentClass} row={row} chart={chart} view={view} />
          ))
        : view.dispositions.map((each) => (
            <Decided key={each.treatment_class} decided={each} view={view} />
          ))}
    </section>
  );
}

/** A decision that is sealed: words, nothing to press. */
function Decided(props: { decided: DispositionView; view: ChartView }): JSX.Element {
  const { decided, view } = props;
  const words: readonly (readonly [string, string])[] = [
    ["Rationale", decided.rationale],
    ["Order", decided.order],
    ["Conditions", decided.conditions],
    ["Valid for", lets(decided.disposition) ? months(decided.valid_months) : ""],
  ];
  return (
    <section
      class="decision decided"
      aria-label={treatmentName(decided, "en", view.treatment_options)}
    >
      <p>
        <strong>{treatmentName(decided, "en", view.treatment_options)}:</strong>{" "}
        {CHOICES.find((each) => each.disposition === decided.disposition)?.label}
      </p>
      <dl>
        {words.map(([name, text]) =>
          text === "" ? null : (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{text}</dd>
            </div>
          ),
        )}
      </dl>
    </section>
  );
}

function months(count: number): string {
  return count === 1 ? "1 month" : `${count} months`;
}

function DecisionRow(props: { row: Row; chart: ChartDesk; view: ChartView }): JSX.Element {
  const { row, chart, view } = props;
  const edit = (change: Partial<Decision>): void => chart.rows.edit(row.treatmentClass, change);
  const name = treatmentName(
    { treatment_class: row.treatmentClass, product: row.product },
    "en",
    view.treatment_options,
  );

  function onKey(event: KeyboardEvent): void {
    if (view.gates_first || !singleKeys.value || event.altKey || event.ctrlKey || event.metaKey)
      return;
    if (isTextField(event.target as HTMLInputElement)) return;
    const choice = choiceOfKey(row, event.key);
    if (choice === null) return;
    event.preventDefault();
    edit({ disposition: choice });
    document.getElementById(choiceId(row, choice))?.focus();
  }

  return (
    <fieldset
      id={`disp-${row.treatmentClass}`}
      class="decision"
      tabIndex={-1}
      onKeyDown={onKey}
    >
      <legend>
        {name}
        <RowState row={row} />
      </legend>
      <Reminders findings={view.live_findings[row.treatmentClass] ?? []} />
      {row.approvalBarred && (
        <p id={`bar-${row.treatmentClass}`} class="bar">
          <Icon name="warning" />
          <span>{barSentence(barReasons(view.flags, row.treatmentClass))}</span>
        </p>
      )}
      <Choices
        row={row}
        gatesFirst={view.gates_first}
        onChoose={(disposition) => edit({ disposition })}
      />
      <RowFields row={row} edit={edit} />
      {row.problem !== null && (
        <p class="problem" role="alert">
          {row.problem}
        </p>
      )}
    </fieldset>
  );
}

function RowState(props: { row: Row }): JSX.Element | null {
  const { row } = props;
  if (!isUnsaved(row)) return null;
  const words = row.now.disposition === null ? "choose a decision to save" : "saving";
  return <span class="row-state gf-small">{words}</span>;
}

/** What a live examination would look at. Nothing here says that it was seen. */
function Reminders(props: { findings: readonly string[] }): JSX.Element | null {
  if (props.findings.length === 0) return null;
  return (
    <div class="reminders">
      <p class="gf-small gf-muted">
        To look at live. Reminders only: nothing here is recorded.
      </p>
      <ul>
        {props.findings.map((each) => (
          <li key={each}>{each}</li>
        ))}
      </ul>
    </div>
  );
}

function Choices(props: {
  row: Row;
  gatesFirst: boolean;
  onChoose: (disposition: (typeof CHOICES)[number]["disposition"]) => void;
}): JSX.Element {
  const { row, gatesFirst, onChoose } = props;
  const group = `decision-${row.treatmentClass}`;
  return (
    <div
      class="choices"
      role="radiogroup"
      aria-label="Decision"
      aria-describedby={
        gatesFirst
          ? "gates-first"
          : row.approvalBarred
            ? `bar-${row.treatmentClass}`
            : undefined
      }
    >
      {CHOICES.map((choice) => (
        <label
          key={choice.disposition}
          class="choice"
          data-on={row.now.disposition === choice.disposition}
        >
          <input
            id={choiceId(row, choice.disposition)}
            type="radio"
            name={group}
            checked={row.now.disposition === choice.disposition}
            disabled={gatesFirst || isBarred(row, choice.disposition)}
            data-testid={`disp-${row.treatmentClass}-${choice.disposition}`}
            onChange={() => onChoose(choice.disposition)}
          />
          <span>{choice.label}</span>
          {singleKeys.value && (
            <span class="key" aria-hidden="true">
              {choice.key}
            </span>
          )}
        </label>
      ))}
    </div>
  );
}

type Edit = (change: Partial<Decision>) => void;

function RowFields(props: { row: Row; edit: Edit }): JSX.Element {
  const { row, edit } = props;
  const { now } = row;
  const fields = fieldsOf(now.disposition);
  const id = `disp-${row.treatmentClass}`;
  const conditions =
    now.disposition === "conditional" ? "Conditions to be met first" : "Precautions";
  return (
    <div class="row-fields">
      <RowText
        id={`${id}-rationale`}
        label="Rationale"
        value={now.rationale}
        onValue={(rationale) => edit({ rationale })}
      />
      {fields.order && (
        <RowText
          id={`${id}-order`}
          label="Order: product, dose, area"
          value={now.order}
          onValue={(order) => edit({ order })}
        />
      )}
      {fields.conditions && (
        <RowText
          id={`${id}-conditions`}
          label={conditions}
          value={now.conditions}
          onValue={(text) => edit({ conditions: text })}
        />
      )}
      {lets(now.disposition) && (
        <SelectField
          label="Valid for"
          name={`${id}-months`}
          testId={`${id}-months`}
          options={MONTHS}
          value={String(now.validMonths)}
          onValue={(months) => edit({ validMonths: Number(months) })}
        />
      )}
    </div>
  );
}

function RowText(props: {
  id: string;
  label: string;
  value: string;
  onValue: (value: string) => void;
}): JSX.Element {
  const { id, label, value, onValue } = props;
  return (
    <div id={id} class="row-field">
      <AreaField
        label={label}
        name={id}
        testId={id}
        rows={2}
        maxLength={TEXT_MAX}
        value={value}
        onValue={onValue}
      />
    </div>
  );
}

function choiceId(row: Row, disposition: string): string {
  return `choice-${row.treatmentClass}-${disposition}`;
}

function barSentence(reasons: readonly string[]): string {
  const because = reasons.length === 0 ? "" : ` ${reasons.join(" ")}`;
  return `Approval is not available here: an answer is a contraindication.${because} Defer or decline.`;
}
