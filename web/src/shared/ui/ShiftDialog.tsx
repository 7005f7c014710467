// One shift, added or changed: a day, from when, until when. The same for operations and for a
// practitioner; what may be is decided by the server.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { type ApiError, asApiError } from "../http";
import { type Instants, instantsOf, lengthWords, type WrongSpan } from "../wall-times";
import { Dialog } from "./Dialog";
import { ErrorBox } from "./ErrorBox";
import { Field } from "./Field";

export interface ShiftDialogProps {
  readonly title: string;
  readonly date: string;
  readonly start: string;
  readonly end: string;
  readonly onClose: () => void;
  readonly onSave: (span: Instants) => Promise<void>;
  readonly onRemove?: () => Promise<void>;
}

const WRONG: Readonly<Record<WrongSpan, string>> = {
  incomplete: "Please fill in the day and both times.",
  does_not_exist: "The clocks are put forward over this time: it does not exist that day.",
  too_short: "A shift lasts at least 15 minutes.",
};

/** Mounted anew for each shift: its fields begin with the props. */
export function ShiftDialog(props: ShiftDialogProps): JSX.Element {
  const date = useSignal(props.date);
  const start = useSignal(props.start);
  const end = useSignal(props.end);
  const wrong = useSignal<WrongSpan | null>(null);
  const error = useSignal<ApiError | null>(null);
  const busy = useSignal(false);
  const span = instantsOf({ date: date.value, start: start.value, end: end.value });

  async function act(work: () => Promise<void>): Promise<void> {
    if (busy.value) return;
    busy.value = true;
    error.value = null;
    try {
      await work();
      props.onClose();
    } catch (thrown) {
      error.value = asApiError(thrown);
    } finally {
      busy.value = false;
    }
  }

  function save(): void {
    wrong.value = typeof span === "string" ? span : null;
    if (typeof span !== "string") void act(() => props.onSave(span));
  }

  return (
    <Dialog
      open={true}
      title={props.title}
      onClose={props.onClose}
      testId="shift-dialog"
      actions={
        <>
          {props.onRemove !== undefined && (
            <button
              type="button"
              class="quiet"
              data-testid="shift-remove"
              onClick={() => props.onRemove !== undefined && void act(props.onRemove)}
            >
              Remove the shift
            </button>
          )}
          <button type="button" class="secondary" onClick={props.onClose}>
            Cancel
          </button>
          <button
            type="button"
            data-testid="shift-save"
            aria-disabled={busy.value}
            onClick={save}
          >
            Save
          </button>
        </>
      }
    >
      <ErrorBox error={error.value} />
      <Field
        label="Day"
        name="date"
        type="date"
        testId="shift-date"
        value={date.value}
        onValue={(value) => (date.value = value)}
      />
      <div class="gf-pair">
        <Field
          label="From"
          name="start"
          type="time"
          testId="shift-start"
          value={start.value}
          onValue={(value) => (start.value = value)}
        />
        <Field
          label="Until"
          name="end"
          type="time"
          testId="shift-end"
          value={end.value}
          onValue={(value) => (end.value = value)}
        />
      </div>
      <p class="gf-small gf-muted" role="status">
        {typeof span === "string"
          ? wrong.value !== null && WRONG[wrong.value]
          : `${lengthWords(span.ends_at_ms - span.starts_at_ms)}, on this computer's clock.`}
        {typeof span !== "string" && end.value < start.value && " It ends on the next day."}
      </p>
    </Dialog>
  );
}
