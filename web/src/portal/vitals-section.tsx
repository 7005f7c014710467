// Vital signs of one exam: what is there, what the treatments need, and a form for whoever
// measured. Named staff, with the time; in US or metric units.

import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { type ApiError, api, asApiError } from "../shared/http";
import type { PortalEncounterView } from "../shared/protocol/types";
import { ErrorBox } from "../shared/ui/ErrorBox";
import { Field, SelectField } from "../shared/ui/Field";
import { Notice } from "../shared/ui/Notice";
import { VitalsTable } from "../shared/ui/VitalsTable";
import { vitalNames } from "../shared/vitals";
import {
  emptyVitals,
  refusedFigures,
  UNIT_WORDS,
  type Units,
  type VitalsDraft,
  vitalsFault,
  vitalsOf,
} from "./vitals";

interface Props {
  readonly view: PortalEncounterView;
  readonly path: string;
  readonly onView: (view: PortalEncounterView) => void;
}

export function Vitals(props: Props): JSX.Element | null {
  const { view } = props;
  const { vitals } = view;
  const entering = useSignal(false);
  if (vitals.wanted.length === 0 && vitals.taken.length === 0) return null;
  const taken = new Set(vitals.taken.map((one) => one.name));
  const missing = vitals.wanted.filter((one) => !taken.has(one));
  return (
    <section aria-labelledby="detail-vitals" data-testid="vitals">
      <h3 id="detail-vitals">Vital signs</h3>
      {missing.length > 0 && (
        <Notice tone="warn" testId="vitals-needed">
          <p>Needed before this can be approved: {vitalNames(missing).toLowerCase()}.</p>
        </Notice>
      )}
      <VitalsTable vitals={vitals} />
      {view.vitals_open &&
        (entering.value ? (
          <VitalsForm {...props} entering={entering} />
        ) : (
          <button
            type="button"
            class="secondary"
            data-testid="vitals-enter"
            onClick={() => {
              entering.value = true;
            }}
          >
            {vitals.taken.length === 0 ? "Enter vital signs" : "Enter them again"}
          </button>
        ))}
    </section>
  );
}

function VitalsForm(props: Props & { entering: Signal<boolean> }): JSX.Element {
  const { path, onView, entering } = props;
  const draft = useSignal(emptyVitals(new Date()));
  const fault = useSignal("");
  const error = useSignal<ApiError | null>(null);
  const busy = useSignal(false);

  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    fault.value = vitalsFault(draft.value) ?? "";
    if (fault.value !== "" || busy.value) return;
    busy.value = true;
    error.value = null;
    try {
      onView(await api<PortalEncounterView>("POST", `${path}/vitals`, vitalsOf(draft.value)));
      entering.value = false;
    } catch (thrown) {
      const refused = asApiError(thrown);
      if (refused.fields.length > 0) fault.value = refusedFigures(refused.fields);
      else error.value = refused;
    } finally {
      busy.value = false;
    }
  }

  return (
    <form class="vitals-form" onSubmit={submit} noValidate data-testid="vitals-form">
      <VitalsFields
        draft={draft.value}
        edit={(change) => {
          draft.value = { ...draft.value, ...change };
        }}
      />
      <ErrorBox error={error.value} />
      <p class="gf-field-error" role="alert">
        {fault.value}
      </p>
      <div class="gf-row">
        <button type="submit" data-testid="vitals-save" aria-busy={busy.value}>
          Save vital signs
        </button>
        <button
          type="button"
          class="quiet"
          onClick={() => {
            entering.value = false;
          }}
        >
          Not now
        </button>
      </div>
    </form>
  );
}

type Figure = Exclude<keyof VitalsDraft, "units" | "measuredBy" | "at">;

function VitalsFields(props: {
  draft: VitalsDraft;
  edit: (change: Partial<VitalsDraft>) => void;
}): JSX.Element {
  const { draft, edit } = props;
  const us = draft.units === "us";
  const unit = UNIT_WORDS[draft.units];
  const figure = (name: Figure, label: string): JSX.Element => (
    <Field
      label={label}
      name={`vitals-${name}`}
      testId={`vitals-${name}`}
      inputMode="decimal"
      maxLength={6}
      autocomplete="off"
      value={draft[name]}
      onValue={(value) => edit({ [name]: value })}
    />
  );
  return (
    <div class="vitals-fields">
      <Field
        label="Measured by"
        name="vitals-by"
        testId="vitals-by"
        maxLength={120}
        autocomplete="off"
        value={draft.measuredBy}
        onValue={(measuredBy) => edit({ measuredBy })}
      />
      <label class="gf-field">
        <span>When</span>
        <input
          type="datetime-local"
          data-testid="vitals-at"
          value={draft.at}
          onInput={(event) => edit({ at: event.currentTarget.value })}
        />
      </label>
      <SelectField
        label="Units"
        name="vitals-units"
        testId="vitals-units"
        value={draft.units}
        options={[
          { value: "us", label: "US (°F, ft, lb)" },
          { value: "metric", label: "Metric (°C, cm, kg)" },
        ]}
        onValue={(units) => edit({ units: units as Units })}
      />
      {figure("systolic", "Blood pressure, upper")}
      {figure("diastolic", "Blood pressure, lower")}
      {figure("pulse", "Pulse, a minute")}
      {figure("temperature", `Temperature, ${unit.temperature}`)}
      {figure("spo2", "Oxygen saturation, %")}
      {us ? (
        <>
          {figure("feet", "Height, feet")}
          {figure("inches", "and inches")}
        </>
      ) : (
        figure("centimetres", "Height, cm")
      )}
      {figure("weight", `Weight, ${unit.weight}`)}
    </div>
  );
}
