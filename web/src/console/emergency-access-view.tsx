// Emergency access: a button, a form that says what happens, and a red banner while it lasts.

import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { calendarDay, clockTime, dayAndTime } from "../shared/format";
import type { EmergencyAccessView, ReadableExamView } from "../shared/protocol/types";
import { Dialog } from "../shared/ui/Dialog";
import { ErrorBox } from "../shared/ui/ErrorBox";
import { AreaField, Field } from "../shared/ui/Field";
import { Icon } from "../shared/ui/Icon";
import { Notice } from "../shared/ui/Notice";
import {
  formOf,
  NOBODY,
  REASON_MAX,
  reasonMissing,
  timeLeft,
  timeLeftSpoken,
  type Wanted,
} from "./emergency-access";
import "./emergency-access.css";
import type { ReadingDesk } from "./reading-desk";

export function EmergencyAccessButton(props: { onOpen: () => void }): JSX.Element {
  return (
    <button
      type="button"
      class="quiet"
      data-testid="emergency-access"
      onClick={() => props.onOpen()}
    >
      <Icon name="lock" />
      Emergency access
    </button>
  );
}

export function EmergencyAccessDialog(props: {
  reading: ReadingDesk;
  open: Signal<boolean>;
  ringing: boolean;
}): JSX.Element {
  const { reading, open, ringing } = props;
  const wanted = useSignal<Wanted>(NOBODY);
  const form = formOf(wanted.value);

  function close(): void {
    open.value = false;
    reading.error.value = null;
    wanted.value = NOBODY;
  }

  async function begin(event: Event): Promise<void> {
    event.preventDefault();
    if (form !== null && !reading.busy.value && (await reading.begin(form))) close();
  }

  return (
    <Dialog
      open={open.value}
      title="Emergency access"
      onClose={close}
      testId="emergency-access-dialog"
    >
      {ringing && (
        <Notice tone="warn" live="assertive">
          <p>A patient is ringing. Close this to answer.</p>
        </Notice>
      )}
      <p>
        For a patient who is in danger, whose charts are not open to you otherwise. You read{" "}
        <strong>all of the patient's charts</strong> in your network for{" "}
        <strong>60 minutes</strong>, and change none. Compliance is told at once, sees your
        reason, and asks about it.
      </p>
      <form class="emergency-form" onSubmit={(event) => void begin(event)}>
        <Who wanted={wanted} />
        <AreaField
          label="Why you need it"
          name="reason"
          testId="emergency-reason"
          maxLength={REASON_MAX}
          value={wanted.value.reason}
          help={reasonHelp(wanted.value.reason)}
          onValue={(reason) => {
            wanted.value = { ...wanted.value, reason };
          }}
        />
        <ErrorBox error={reading.error.value} />
        <div class="gf-dialog-actions">
          <button type="button" class="secondary" onClick={close}>
            Cancel
          </button>
          <button
            type="submit"
            class="emergency-begin"
            data-testid="emergency-begin"
            disabled={form === null}
            aria-busy={reading.busy.value}
          >
            Open the charts
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function reasonHelp(reason: string): string {
  const missing = reasonMissing(reason);
  return missing === 0
    ? "Compliance reads this."
    : `Compliance reads this. ${missing} more characters.`;
}

function Who(props: { wanted: Signal<Wanted> }): JSX.Element {
  const { wanted } = props;
  const enter = (change: Partial<Wanted>): void => {
    wanted.value = { ...wanted.value, ...change };
  };
  const { by } = wanted.value;
  return (
    <>
      <fieldset class="emergency-by">
        <legend>Find the patient by</legend>
        {(["name", "exam"] as const).map((each) => (
          <label key={each}>
            <input
              type="radio"
              name="emergency-by"
              checked={by === each}
              data-testid={`emergency-by-${each}`}
              onChange={() => enter({ by: each })}
            />
            {each === "name" ? "Name and date of birth" : "Id of an exam"}
          </label>
        ))}
      </fieldset>
      {by === "exam" ? (
        <Field
          label="Id of the exam"
          name="exam"
          testId="emergency-exam"
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          value={wanted.value.exam}
          onValue={(exam) => enter({ exam })}
        />
      ) : (
        <>
          <Field
            label="Full name, as on the exam"
            name="patient"
            testId="emergency-name"
            autocomplete="off"
            value={wanted.value.name}
            onValue={(name) => enter({ name })}
          />
          <Field
            label="Date of birth"
            name="born"
            type="date"
            testId="emergency-birthdate"
            autocomplete="off"
            value={wanted.value.birthDate}
            onValue={(birthDate) => enter({ birthDate })}
          />
        </>
      )}
    </>
  );
}

/** Stays in sight for as long as anything is open. */
export function EmergencyBanner(props: { reading: ReadingDesk }): JSX.Element | null {
  const { reading } = props;
  if (reading.open.value.length === 0) return null;
  return (
    <aside
      class="emergency-banner"
      aria-label="Emergency access"
      data-testid="emergency-banner"
    >
      {reading.open.value.map((one) => (
        <Open key={one.id} reading={reading} access={one} />
      ))}
    </aside>
  );
}

function Open(props: { reading: ReadingDesk; access: EmergencyAccessView }): JSX.Element {
  const { reading, access } = props;
  const now = reading.now.value;
  const notEnded = reading.notEnded.value;
  return (
    <section aria-label={`Emergency access to ${access.patient_name}`}>
      <p>
        <Icon name="warning" />
        <span>
          <strong>Emergency access to {access.patient_name}</strong>, born{" "}
          {calendarDay(access.birth_date)}, until {clockTime(access.expires_at_ms)}.
          <span class="emergency-more"> You read, and change nothing. Compliance knows.</span>
        </span>
        <strong class="emergency-left" aria-hidden="true" data-testid="emergency-left">
          {timeLeft(access, now)} left
        </strong>
        <span class="visually-hidden" role="status">
          {timeLeftSpoken(access, now)}
        </span>
      </p>
      <div class="emergency-exams">
        {access.exams.length === 0 && <span>This patient has no chart yet.</span>}
        {access.exams.map((exam) => (
          <button
            key={exam.encounter_id}
            type="button"
            class="secondary"
            data-testid={`emergency-read-${exam.encounter_id}`}
            onClick={() => void reading.read(exam.encounter_id)}
          >
            {examWords(exam)}
          </button>
        ))}
        <button
          type="button"
          class="secondary"
          data-testid="emergency-end"
          onClick={() => void reading.end(access)}
        >
          End it now
        </button>
      </div>
      {notEnded?.id === access.id && <ErrorBox error={notEnded.error} />}
    </section>
  );
}

function examWords(exam: ReadableExamView): string {
  const at = exam.signed_at_ms ?? exam.requested_at_ms;
  const what = exam.signed_at_ms === null ? "not signed" : "signed";
  return `Exam of ${dayAndTime(at)}, ${what}, ${exam.site_name}`;
}
