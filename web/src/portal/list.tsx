// Every exam of this spa, newest first, each line updating itself.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { calendarDay, clockTime, dayAndTime, dayOf } from "../shared/format";
import type { EncounterRow } from "../shared/protocol/types";
import { treatmentName } from "../shared/treatments";
import { Field } from "../shared/ui/Field";
import { LiveRegion } from "../shared/ui/Notice";
import type { PortalDesk } from "./desk";
import { Emergencies } from "./emergencies";
import { StandingTag } from "./standing";
import { found, standing } from "./state";

export function List(props: { desk: PortalDesk; onOpen: (id: string) => void }): JSX.Element {
  const { desk, onOpen } = props;
  const query = useSignal("");
  const { rows, synced } = desk.state.value;
  const shown = found(rows, query.value);
  return (
    <>
      <Emergencies rows={rows} />
      <div class="portal-search">
        <Field
          label="Find a patient by name"
          name="search"
          type="search"
          testId="search"
          autocomplete="off"
          value={query.value}
          onValue={(value) => {
            query.value = value;
          }}
        />
      </div>
      <LiveRegion text={query.value === "" ? "" : `${shown.length} of ${rows.length} exams`} />
      {!synced && <p class="gf-muted">Reading the list</p>}
      {synced && rows.length === 0 && (
        <p class="portal-empty">
          No exams yet. “New exam” makes a link for a patient in about 20 seconds.
        </p>
      )}
      {rows.length > 0 && shown.length === 0 && (
        <p class="portal-empty">Nobody here is called “{query.value}”.</p>
      )}
      <ul class="exams" aria-label="Exams">
        {shown.map((row) => (
          <li key={row.encounter_id}>
            <Line desk={desk} row={row} onOpen={() => onOpen(row.encounter_id)} />
          </li>
        ))}
      </ul>
    </>
  );
}

function Line(props: { desk: PortalDesk; row: EncounterRow; onOpen: () => void }): JSX.Element {
  const { desk, row, onOpen } = props;
  const options = desk.home.value?.treatment_options ?? [];
  const sites = desk.home.value?.sites.length ?? 1;
  return (
    <button
      type="button"
      class="exam"
      data-testid={`row-${row.encounter_id}`}
      data-visit={row.visit}
      onClick={onOpen}
    >
      <span class="exam-who">
        <strong>{row.patient_name}</strong>
        <span class="gf-small gf-muted">born {calendarDay(row.birth_date)}</span>
      </span>
      <span class="exam-what">
        {row.treatments.map((each) => treatmentName(each, "en", options)).join(", ")}
        {sites > 1 && <span class="gf-small gf-muted">{row.site_name}</span>}
      </span>
      <span class="exam-when gf-small gf-muted">{when(row)}</span>
      <StandingTag standing={standing(row)} testId="row-status" />
    </button>
  );
}

/** The moment that matters for where the exam stands. */
function when(row: EncounterRow): string {
  if (row.signed_at_ms !== null) return `signed ${shortTime(row.signed_at_ms)}`;
  const opens = row.callback?.opens_at_ms ?? null;
  if (row.callback?.due_at_ms != null) return `since ${shortTime(row.callback.due_at_ms)}`;
  if (row.callback !== null) {
    return opens === null ? "not known when" : `from ${shortTime(opens)}`;
  }
  if (row.visit === "waiting" && row.ready_at_ms !== null) {
    return `ready since ${shortTime(row.ready_at_ms)}`;
  }
  return `requested ${shortTime(row.requested_at_ms)}`;
}

function shortTime(ms: number): string {
  return dayOf(ms) === dayOf(Date.now()) ? clockTime(ms) : dayAndTime(ms);
}
