// Looking for somebody, an encounter, a patient, a time; and what was found, a page at a time.

import type { JSX } from "preact";
import { saveFile } from "../../shared/saving";
import { Field, SelectField } from "../../shared/ui/Field";
import { Icon } from "../../shared/ui/Icon";
import type { AuditDesk } from "./desk";
import { Rows } from "./rows";
import { ACTION, OUTCOME } from "./words";

const PEOPLE = "audit-people";
const ANY = { value: "", label: "Any" };
const ACTIONS = [ANY, ...Object.entries(ACTION).map(([value, label]) => ({ value, label }))];
const OUTCOMES = [ANY, ...Object.entries(OUTCOME).map(([value, label]) => ({ value, label }))];

export function Search(props: { desk: AuditDesk }): JSX.Element {
  const { desk } = props;
  const submit = (event: Event): void => {
    event.preventDefault();
    void desk.search();
  };
  return (
    <section aria-labelledby="audit-search-title">
      <h2 class="visually-hidden" id="audit-search-title">
        Search
      </h2>
      <details class="audit-search" open={desk.found.value !== null}>
        <summary data-testid="audit-search">Search by person, encounter, patient, time</summary>
        <form class="audit-form" onSubmit={submit} noValidate data-testid="audit-form">
          <Who desk={desk} />
          <What desk={desk} />
          <div class="audit-buttons">
            <button type="submit" aria-busy={desk.busy.value} data-testid="audit-submit">
              Search
            </button>
            <button
              type="button"
              class="secondary"
              data-testid="audit-csv"
              onClick={() => void save(desk)}
            >
              <Icon name="download" />
              Save all that is found as CSV
            </button>
          </div>
        </form>
      </details>
      <Found desk={desk} />
    </section>
  );
}

function Who(props: { desk: AuditDesk }): JSX.Element {
  const { desk } = props;
  const wanted = desk.wanted.value;
  return (
    <>
      <div class="gf-field">
        <label for="audit-who">Who</label>
        <input
          id="audit-who"
          name="who"
          list={PEOPLE}
          value={wanted.who}
          data-testid="audit-who"
          autocomplete="off"
          aria-describedby="audit-who-help"
          onInput={(event) => desk.enter({ who: event.currentTarget.value })}
        />
        <datalist id={PEOPLE}>
          {desk.people.value.map((one) => (
            <option key={one.actor} value={one.name} />
          ))}
        </datalist>
        <small id="audit-who-help">A name, or an id as the log has it.</small>
      </div>
      <Field
        label="Encounter"
        name="encounter"
        value={wanted.encounter}
        help="Its id; lists that showed it are found too."
        testId="audit-encounter"
        autocomplete="off"
        onValue={(encounter) => desk.enter({ encounter })}
      />
      <Field
        label="Patient"
        name="patient"
        value={wanted.patient}
        help="The id, never a name."
        testId="audit-patient"
        autocomplete="off"
        onValue={(patient) => desk.enter({ patient })}
      />
    </>
  );
}

function What(props: { desk: AuditDesk }): JSX.Element {
  const { desk } = props;
  const wanted = desk.wanted.value;
  return (
    <>
      <SelectField
        label="What was done"
        name="action"
        value={wanted.action}
        options={ACTIONS}
        testId="audit-action"
        onValue={(action) => desk.enter({ action })}
      />
      <SelectField
        label="Outcome"
        name="outcome"
        value={wanted.outcome}
        options={OUTCOMES}
        testId="audit-outcome"
        onValue={(outcome) => desk.enter({ outcome })}
      />
      <Field
        label="From"
        name="from"
        type="date"
        value={wanted.from}
        help="Empty: the last 30 days."
        onValue={(from) => desk.enter({ from })}
      />
      <Field
        label="To"
        name="to"
        type="date"
        value={wanted.to}
        help="That day included."
        onValue={(to) => desk.enter({ to })}
      />
    </>
  );
}

function Found(props: { desk: AuditDesk }): JSX.Element | null {
  const { desk } = props;
  const found = desk.found.value;
  if (found === null) return null;
  return (
    <div class="audit-found">
      <p data-testid="audit-count">
        <strong>{desk.said.value}</strong>
      </p>
      {found.length > 0 && (
        <Rows desk={desk} entries={found} label="What was found" testId="audit-found" />
      )}
      {desk.next.value !== null && (
        <button
          type="button"
          class="secondary"
          data-testid="audit-more"
          aria-busy={desk.busy.value}
          onClick={() => void desk.more()}
        >
          Show older ones
        </button>
      )}
    </div>
  );
}

async function save(desk: AuditDesk): Promise<void> {
  const file = await desk.file();
  if (file !== null) saveFile(file, "audit.csv");
}
