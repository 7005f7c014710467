// What is asked: where demand and roster come from, how long things take, what is aimed at.

import type { JSX } from "preact";
import { AreaField, Field, SelectField } from "../../shared/ui/Field";
import type { Faults, PlannerField, PlannerForm } from "./form";

interface PartProps {
  readonly form: PlannerForm;
  readonly faults: Faults;
  readonly enter: (change: Partial<PlannerForm>) => void;
}

export interface QuestionFormProps extends PartProps {
  readonly making: boolean;
  readonly onSubmit: (event: SubmitEvent) => Promise<void>;
}

export function QuestionForm(props: QuestionFormProps): JSX.Element {
  const { making, onSubmit, ...part } = props;
  return (
    <form class="planner-form" onSubmit={onSubmit} noValidate>
      <div class="planner-sources">
        <Arrivals {...part} />
        <Roster {...part} />
      </div>
      <fieldset>
        <legend>How long things take</legend>
        <div class="planner-numbers">
          <Num {...part} of="ahtS" label="Handle time, s" help="Accept to signature, mean." />
          <Num {...part} of="shrinkage" label="Shrinkage, %" help="Of a shift, on breaks." />
          <Num
            {...part}
            of="patienceS"
            label="Patience, s"
            help="Mean. Empty: nobody leaves."
          />
          <Num {...part} of="noAnswer" label="No answer, %" help="Of offers that ring." />
        </div>
      </fieldset>
      <details>
        <summary>
          Targets: {part.form.level} % within {part.form.withinS} s, mean {part.form.asaS} s,
          worst {part.form.worstS} s, at most {part.form.abandonment} % leave
        </summary>
        <div class="planner-numbers">
          <Num {...part} of="level" label="Service level, %" />
          <Num {...part} of="withinS" label="within, s" />
          <Num {...part} of="asaS" label="Mean wait, s" />
          <Num {...part} of="worstS" label="Worst jurisdiction, s" />
          <Num {...part} of="abandonment" label="Patients who leave, %" />
        </div>
      </details>
      <Check
        label="Thorough: six times the days, for narrower intervals"
        checked={part.form.thorough}
        onCheck={(thorough) => part.enter({ thorough })}
      />
      <button type="submit" data-testid="plan-submit" aria-busy={making} disabled={making}>
        {making ? "Making the plan" : "Make the plan"}
      </button>
    </form>
  );
}

function Arrivals(props: PartProps): JSX.Element {
  const { form, faults, enter } = props;
  return (
    <fieldset>
      <legend>Who comes</legend>
      <SelectField
        label="Arrivals"
        name="plan-arrivals"
        testId="plan-arrivals"
        value={form.arrivals}
        options={[
          { value: "history", label: "From the history of this network" },
          { value: "csv", label: "From a file (CSV)" },
        ]}
        onValue={(value) => enter({ arrivals: value === "csv" ? "csv" : "history" })}
      />
      {form.arrivals === "csv" ? (
        <Csv
          {...props}
          of="arrivalsCsv"
          label="Arrivals as CSV"
          columns="interval_start,jurisdiction,arrivals"
        />
      ) : (
        <>
          <div class="planner-numbers">
            <Num {...props} of="historyDays" label="Mean of days" />
            <Field
              label="Day to plan (UTC)"
              name="plan-day"
              type="date"
              value={form.plannedDay}
              error={faults.plannedDay ?? null}
              onValue={(plannedDay) => enter({ plannedDay })}
            />
          </div>
          <Check
            label="Only the same day of the week"
            checked={form.sameWeekday}
            onCheck={(sameWeekday) => enter({ sameWeekday })}
          />
        </>
      )}
    </fieldset>
  );
}

function Roster(props: PartProps): JSX.Element {
  const { form, faults, enter } = props;
  return (
    <fieldset>
      <legend>Who works</legend>
      <SelectField
        label="Roster"
        name="plan-roster"
        testId="plan-roster"
        value={form.roster}
        options={[
          { value: "store", label: "Everybody verified in this network" },
          { value: "csv", label: "From a file (CSV)" },
        ]}
        onValue={(value) => enter({ roster: value === "csv" ? "csv" : "store" })}
      />
      {form.roster === "csv" ? (
        <Csv
          {...props}
          of="rosterCsv"
          label="Roster as CSV"
          columns="practitioner,jurisdictions,starts_at,ends_at"
        />
      ) : (
        <div class="planner-moments">
          <When {...props} of="shiftFrom" label="On shift from" fault={faults.shiftFrom} />
          <When {...props} of="shiftTo" label="until" fault={faults.shiftTo} />
        </div>
      )}
    </fieldset>
  );
}

function Check(props: {
  label: string;
  checked: boolean;
  onCheck: (checked: boolean) => void;
}): JSX.Element {
  return (
    <label class="planner-check">
      <input
        type="checkbox"
        checked={props.checked}
        onChange={(event) => props.onCheck(event.currentTarget.checked)}
      />
      <span>{props.label}</span>
    </label>
  );
}

function Num(
  props: PartProps & { of: PlannerField; label: string; help?: string },
): JSX.Element {
  const { form, faults, enter, of, label, help } = props;
  return (
    <Field
      label={label}
      name={`plan-${of}`}
      type="number"
      inputMode="decimal"
      testId={`plan-${of}`}
      value={String(form[of])}
      error={faults[of] ?? null}
      {...(help === undefined ? {} : { help })}
      onValue={(value) => enter({ [of]: value })}
    />
  );
}

function When(
  props: PartProps & { of: "shiftFrom" | "shiftTo"; label: string; fault: string | undefined },
): JSX.Element {
  const { form, enter, of, label, fault } = props;
  const id = `plan-${of}`;
  return (
    <div class="gf-field">
      <label for={id}>{label}</label>
      <input
        id={id}
        type="datetime-local"
        value={form[of]}
        aria-invalid={fault === undefined ? undefined : "true"}
        aria-describedby={fault === undefined ? undefined : `${id}-error`}
        onInput={(event) => enter({ [of]: event.currentTarget.value })}
      />
      {fault !== undefined && (
        <small id={`${id}-error`} class="gf-field-error">
          {fault}
        </small>
      )}
    </div>
  );
}

function Csv(
  props: PartProps & { of: "arrivalsCsv" | "rosterCsv"; label: string; columns: string },
): JSX.Element {
  const { form, faults, enter, of, label, columns } = props;
  const read = async (input: HTMLInputElement): Promise<void> => {
    const file = input.files?.[0];
    if (file !== undefined) enter({ [of]: await file.text() });
  };
  return (
    <>
      <div class="gf-field">
        <label for={`plan-${of}-file`}>File</label>
        <input
          id={`plan-${of}-file`}
          type="file"
          accept=".csv,text/csv,text/plain"
          data-testid={`plan-${of}-file`}
          onChange={(event) => void read(event.currentTarget)}
        />
      </div>
      <AreaField
        label={label}
        name={`plan-${of}`}
        testId={`plan-${of}`}
        rows={4}
        value={form[of]}
        error={faults[of] ?? null}
        help={`First line: ${columns}. Times as 2026-03-02T09:00-07:00; without a zone, UTC.`}
        onValue={(value) => enter({ [of]: value })}
      />
    </>
  );
}
