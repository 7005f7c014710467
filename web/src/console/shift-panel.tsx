// The practitioner's own shifts of the next two weeks, and what they set for their offers.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { type ApiError, api, asApiError } from "../shared/http";
import type { OwnShiftsView, ShiftView } from "../shared/protocol/types";
import { ErrorBox } from "../shared/ui/ErrorBox";
import { Icon } from "../shared/ui/Icon";
import { ShiftDialog } from "../shared/ui/ShiftDialog";
import { type Instants, isoDate, spanWords, wallSpanOf } from "../shared/wall-times";
import type { Desk } from "./desk";

const SHIFTS = "/api/v1/console/shifts";
const SHOWN_AT_FIRST = 3;

export function ShiftPanel(props: { desk: Desk }): JSX.Element {
  const { desk } = props;
  const mine = useSignal<readonly ShiftView[] | null>(null);
  const error = useSignal<ApiError | null>(null);
  const editing = useSignal<ShiftView | "new" | null>(null);
  const all = useSignal(false);

  async function load(): Promise<void> {
    try {
      mine.value = (await api<OwnShiftsView>("GET", SHIFTS)).shifts;
      error.value = null;
    } catch (thrown) {
      error.value = asApiError(thrown);
    }
  }

  useEffect(() => void load(), []);
  const shown = mine.value ?? [];
  const few = all.value ? shown : shown.slice(0, SHOWN_AT_FIRST);
  return (
    <div class="shifts">
      <h2>My shifts</h2>
      <ErrorBox error={error.value} onRetry={() => void load()} />
      {mine.value !== null && shown.length === 0 && (
        <p class="gf-muted gf-small">None planned in the next two weeks.</p>
      )}
      <ul class="shift-list">
        {few.map((shift) => (
          <li key={shift.shift_id}>
            <button
              type="button"
              class="secondary shift-row"
              data-testid="own-shift"
              onClick={() => (editing.value = shift)}
            >
              <span>{dayWords(shift.starts_at_ms)}</span>
              <span class="gf-small">
                {spanWords(shift)}
                {shift.starts_at_ms <= desk.now.value && ", now"}
              </span>
            </button>
          </li>
        ))}
      </ul>
      <div class="gf-row">
        <button
          type="button"
          class="quiet"
          data-testid="own-shift-add"
          onClick={() => (editing.value = "new")}
        >
          <Icon name="plus" /> Add a shift
        </button>
        {shown.length > SHOWN_AT_FIRST && (
          <button type="button" class="quiet" onClick={() => (all.value = !all.value)}>
            {all.value ? "Show fewer" : `Show all ${shown.length}`}
          </button>
        )}
      </div>
      {editing.value !== null && (
        <OwnShift
          shift={editing.value}
          onClose={() => (editing.value = null)}
          onChanged={load}
        />
      )}
    </div>
  );
}

function OwnShift(props: {
  shift: ShiftView | "new";
  onClose: () => void;
  onChanged: () => Promise<void>;
}): JSX.Element {
  const { shift, onChanged } = props;
  const fresh = { date: isoDate(Date.now()), start: "09:00", end: "17:00" };
  if (shift === "new") {
    return (
      <ShiftDialog
        {...fresh}
        title="Add a shift"
        onClose={props.onClose}
        onSave={async (span: Instants) => {
          await api("POST", SHIFTS, span);
          await onChanged();
        }}
      />
    );
  }
  return (
    <ShiftDialog
      {...wallSpanOf(shift)}
      title="Change the shift"
      onClose={props.onClose}
      onSave={async (span: Instants) => {
        await api("PUT", `${SHIFTS}/${shift.shift_id}`, span);
        await onChanged();
      }}
      onRemove={async () => {
        await api("DELETE", `${SHIFTS}/${shift.shift_id}`);
        await onChanged();
      }}
    />
  );
}

/** Mon, Nov 30 */
function dayWords(ms: number): string {
  const shape: Intl.DateTimeFormatOptions = {
    weekday: "short",
    month: "short",
    day: "numeric",
  };
  return new Intl.DateTimeFormat("en-US", shape).format(ms);
}

export function AutoAccept(props: { desk: Desk }): JSX.Element {
  const { desk } = props;
  const error = useSignal<ApiError | null>(null);

  async function set(on: boolean): Promise<void> {
    try {
      await desk.setAutoAccept(on);
      error.value = null;
    } catch (thrown) {
      error.value = asApiError(thrown);
    }
  }

  return (
    <div class="auto-accept">
      <label class="gf-check">
        <input
          type="checkbox"
          data-testid="auto-accept"
          disabled={!desk.state.value.synced}
          checked={desk.state.value.autoAccept}
          onChange={(event) => void set(event.currentTarget.checked)}
        />
        <span>Accept offers by itself</span>
      </label>
      <p class="gf-small gf-muted">
        It rings, and the call begins at once. Not while you write, and not without a camera.
      </p>
      <ErrorBox error={error.value} />
    </div>
  );
}
