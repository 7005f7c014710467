// One row per treatment: the decision, why, and what the spa may do with it.

import type { JSX } from "preact";
import type { ChartView, DispositionView } from "../shared/protocol/types";
import { treatmentName } from "../shared/treatments";
import { Icon } from "../shared/ui/Icon";
import { vitalNames } from "../shared/vitals";
import type { ChartDesk } from "./chart-desk";
import { months, RowFields } from "./decision-fields";
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
} from "./dispositions";
import { Findings } from "./findings";
import { isTextField } from "./keys";
import { withConfirmed } from "./order";
import { singleKeys } from "./settings";
import { standingWords } from "./words";

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
    ["Because", decided.reasons_text],
    ["Looked at", lookedAt(decided, view)],
    ["Rationale", decided.rationale],
    ["Order", decided.order_text],
    ["Condition", decided.condition_text],
    ["Precautions", decided.conditions],
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

function lookedAt(decided: DispositionView, view: ChartView): string {
  const found = view.findings.find((one) => one.treatment_class === decided.treatment_class);
  return found?.standing === "seen" ? standingWords(found) : "";
}

function DecisionRow(props: { row: Row; chart: ChartDesk; view: ChartView }): JSX.Element {
  const { row, chart, view } = props;
  const edit = (change: Partial<Decision>): void => chart.rows.edit(row.treatmentClass, change);
  const name = treatmentName(
    { treatment_class: row.treatmentClass, product: row.product },
    "en",
    view.treatment_options,
  );

  const lacking = view.vitals.missing[row.treatmentClass] ?? [];
  const waits = lacking.length > 0 || view.written.unread.length > 0;

  function onKey(event: KeyboardEvent): void {
    if (!singleKeys.value || event.altKey || event.ctrlKey || event.metaKey) return;
    if (isTextField(event.target as HTMLInputElement)) return;
    if (event.key === "v") {
      event.preventDefault();
      void chart.look(row.treatmentClass, true);
      return;
    }
    if (view.gates_first) return;
    const choice = choiceOfKey(row, event.key);
    if (choice !== null && waits && lets(choice)) return;
    if (choice === null) {
      if (fieldsOf(row.now.disposition).order) onOrderKey(event);
      return;
    }
    event.preventDefault();
    edit({ disposition: choice });
    document.getElementById(choiceId(row, choice))?.focus();
  }

  function onOrderKey(event: KeyboardEvent): void {
    const { order } = row.now;
    if (order.proposal === null) return;
    if (event.key === "o") {
      event.preventDefault();
      edit({ order: withConfirmed(order, !order.confirmed) });
    } else if (event.key === "e") {
      event.preventDefault();
      openNarrowing(row);
    }
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
      <Findings
        chart={chart}
        finding={view.findings.find((each) => each.treatment_class === row.treatmentClass)}
      />
      {row.approvalBarred && (
        <p id={`bar-${row.treatmentClass}`} class="bar">
          <Icon name="warning" />
          <span>{barSentence(barReasons(view.flags, row.treatmentClass))}</span>
        </p>
      )}
      {row.orderBar !== null && !row.approvalBarred && (
        <p
          id={`bar-${row.treatmentClass}`}
          class="bar"
          data-testid={`bar-${row.treatmentClass}`}
        >
          <Icon name="warning" />
          <span>{row.orderBar} Defer or decline.</span>
        </p>
      )}
      {waits && !view.gates_first && !row.approvalBarred && (
        <p class="bar" data-testid={`waits-${row.treatmentClass}`}>
          <Icon name="info" />
          <span>
            To approve this:{" "}
            {lacking.length > 0 &&
              `the staff must measure ${vitalNames(lacking).toLowerCase()}. `}
            {view.written.unread.length > 0 && "Read what the patient wrote first."}
          </span>
        </p>
      )}
      <Choices
        row={row}
        gatesFirst={view.gates_first}
        approvalWaits={waits}
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

function Choices(props: {
  row: Row;
  gatesFirst: boolean;
  approvalWaits: boolean;
  onChoose: (disposition: (typeof CHOICES)[number]["disposition"]) => void;
}): JSX.Element {
  const { row, gatesFirst, approvalWaits, onChoose } = props;
  const group = `decision-${row.treatmentClass}`;
  return (
    <div
      class="choices"
      role="radiogroup"
      aria-label="Decision"
      aria-describedby={
        gatesFirst
          ? "gates-first"
          : row.approvalBarred || row.orderBar !== null
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
            disabled={
              gatesFirst ||
              isBarred(row, choice.disposition) ||
              (approvalWaits && lets(choice.disposition))
            }
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

/** Open what can be taken away from the order, and begin there. */
function openNarrowing(row: Row): void {
  const narrow = document.getElementById(`disp-${row.treatmentClass}-order-narrow`);
  if (!(narrow instanceof HTMLDetailsElement)) return;
  narrow.open = true;
  narrow.querySelector<HTMLInputElement>("input")?.focus();
}

function choiceId(row: Row, disposition: string): string {
  return `choice-${row.treatmentClass}-${disposition}`;
}

function barSentence(reasons: readonly string[]): string {
  const because = reasons.length === 0 ? "" : ` ${reasons.join(" ")}`;
  return `Approval is not available here: an answer is a contraindication.${because} Defer or decline.`;
}
