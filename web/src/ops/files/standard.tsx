// What the network asks of every file. A change counts at once, for everybody: it asks twice.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { hours } from "../../shared/files/words";
import type { PractitionersView, StandardView } from "../../shared/protocol/types";
import { Field } from "../../shared/ui/Field";
import { Notice } from "../../shared/ui/Notice";
import type { FilesDesk } from "./desk";

const EXCLUSION_DAYS_MAX = 366;
const AGAIN_DAYS_MAX = 3_660;
const USUAL: StandardView = {
  training_minutes_min: 2_400,
  exclusion_days: 31,
  malpractice: true,
  employment: true,
  verify_again_days: null,
};

export function Standard(props: { desk: FilesDesk; view: PractitionersView }): JSX.Element {
  const { desk, view } = props;
  const now = view.standard;
  return (
    <section aria-labelledby="standard-title">
      <h2 id="standard-title">What is asked for</h2>
      {now === null ? (
        <Notice tone="warn" testId="no-standard">
          <p>
            Nothing is asked for besides licences. Enter the files first: once something is
            asked for, nobody is matched whose file is not complete.
          </p>
        </Notice>
      ) : (
        <p data-testid="standard">
          Training: {hours(now.training_minutes_min)}. A look into the list of excluded people
          every {now.exclusion_days} days. Malpractice cover: {word(now.malpractice)}.
          Employment or a contract: {word(now.employment)}. {againWords(now.verify_again_days)}
        </p>
      )}
      <Change desk={desk} now={now ?? USUAL} />
    </section>
  );
}

function Change(props: { desk: FilesDesk; now: StandardView }): JSX.Element {
  const { desk, now } = props;
  const training = useSignal(String(now.training_minutes_min / 60));
  const days = useSignal(String(now.exclusion_days));
  const malpractice = useSignal(now.malpractice);
  const employment = useSignal(now.employment);
  const again = useSignal(String(now.verify_again_days ?? ""));
  const sure = useSignal(false);
  const minutes = Math.round(Number(training.value) * 60);
  const every = Number(days.value);
  const afterDays = again.value.trim() === "" ? null : Number(again.value);
  const ready =
    minutes >= 0 && isDays(every, EXCLUSION_DAYS_MAX) && isDays(afterDays ?? 1, AGAIN_DAYS_MAX);
  return (
    <details>
      <summary>Change it</summary>
      <p class="gf-muted">
        How long a look counts, in days. Nothing for licences means as long as the licence; with
        a number, older looks count for nothing at once.
      </p>
      <form class="file-form" onSubmit={(event) => event.preventDefault()}>
        <Field
          label="Hours of training"
          name="training-hours"
          type="number"
          min="0"
          testId="standard-hours"
          value={training.value}
          onValue={(value) => {
            training.value = value;
          }}
        />
        <Field
          label="Days of an exclusion check"
          name="exclusion-days"
          type="number"
          min="1"
          max={String(EXCLUSION_DAYS_MAX)}
          value={days.value}
          onValue={(value) => {
            days.value = value;
          }}
        />
        <Field
          label="Days of a look at a licence"
          name="verify-again-days"
          type="number"
          min="1"
          max={String(AGAIN_DAYS_MAX)}
          testId="standard-again"
          value={again.value}
          onValue={(value) => {
            again.value = value;
          }}
        />
        <Check label="Malpractice cover" value={malpractice} />
        <Check label="Employment or a contract" value={employment} />
        <button
          type="button"
          data-testid="standard-save"
          aria-disabled={!ready}
          onClick={() => {
            if (!ready) return;
            if (!sure.value) {
              sure.value = true;
              return;
            }
            sure.value = false;
            void desk.ask({
              training_minutes_min: minutes,
              exclusion_days: every,
              malpractice: malpractice.value,
              employment: employment.value,
              verify_again_days: afterDays,
            });
          }}
        >
          {sure.value ? "Ask for it now, of everybody" : "Ask for this"}
        </button>
      </form>
    </details>
  );
}

function Check(props: { label: string; value: { value: boolean } }): JSX.Element {
  return (
    <label class="gf-check">
      <input
        type="checkbox"
        checked={props.value.value}
        onChange={(event) => {
          props.value.value = event.currentTarget.checked;
        }}
      />
      <span>{props.label}</span>
    </label>
  );
}

function isDays(value: number, max: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= max;
}

function againWords(days: number | null): string {
  return days === null
    ? "A look at a licence counts as long as the licence."
    : `A look at a licence counts ${days === 1 ? "1 day" : `${days} days`}.`;
}

function word(asked: boolean): string {
  return asked ? "asked for" : "not asked for";
}
