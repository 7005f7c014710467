// Patients who asked to be called back and for whom somebody is there now: one click makes the
// fresh link. Who was written to before is written to again; to all others the staff hand it on.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { calendarDay, clockTime } from "../shared/format";
import { type ApiError, api, asApiError } from "../shared/http";
import type { EncounterRow, LinkView } from "../shared/protocol/types";
import { ErrorBox } from "../shared/ui/ErrorBox";
import { Icon } from "../shared/ui/Icon";
import { LiveRegion } from "../shared/ui/Notice";
import type { PortalDesk } from "./desk";
import { dueCallbacks } from "./state";

export function Callbacks(props: {
  desk: PortalDesk;
  onLink: (link: LinkView) => void;
}): JSX.Element {
  const due = dueCallbacks(props.desk.state.value.rows);
  return (
    <>
      <LiveRegion text={due.length === 0 ? "" : `${due.length} to call back now`} />
      {due.length > 0 && (
        <section class="callbacks" aria-labelledby="callbacks-title" data-testid="callbacks">
          <h2 id="callbacks-title">
            <Icon name="phone" /> Call back now
          </h2>
          <p class="gf-small">
            A clinician is there. Make a new link and give it to the patient: the old one stops.
          </p>
          <ul>
            {due.map((row) => (
              <CallBack key={row.encounter_id} row={row} onLink={props.onLink} />
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

function CallBack(props: { row: EncounterRow; onLink: (link: LinkView) => void }): JSX.Element {
  const { row, onLink } = props;
  const error = useSignal<ApiError | null>(null);
  const busy = useSignal(false);

  async function make(): Promise<void> {
    if (busy.value) return;
    busy.value = true;
    error.value = null;
    try {
      const path = `/api/v1/portal/encounters/${row.encounter_id}/link`;
      onLink(await api<LinkView>("POST", path));
    } catch (thrown) {
      error.value = asApiError(thrown);
    } finally {
      busy.value = false;
    }
  }

  return (
    <li class="callback">
      <span class="exam-who">
        <strong>{row.patient_name}</strong>
        <span class="gf-small gf-muted">
          born {calendarDay(row.birth_date)}
          {row.callback !== null && `, asked ${clockTime(row.callback.requested_at_ms)}`}
        </span>
      </span>
      <button
        type="button"
        aria-disabled={busy.value}
        data-testid={`callback-${row.encounter_id}`}
        onClick={() => void make()}
      >
        <Icon name="link" />
        Make the link
      </button>
      <ErrorBox error={error.value} />
    </li>
  );
}
