// A row for each practitioner, a column for each day; every shift is a button that opens it.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { RosterPersonView, RosterView, ShiftView } from "../../shared/protocol/types";
import { Icon } from "../../shared/ui/Icon";
import { ShiftDialog } from "../../shared/ui/ShiftDialog";
import { isoDate, spanWords, wallSpanOf } from "../../shared/wall-times";
import type { RosterDesk } from "./desk";
import { daysOf, hoursPlanned, shiftsOn } from "./week";

interface Editing {
  readonly person: RosterPersonView;
  readonly date: string;
  readonly shift: ShiftView | null;
}

export function Week(props: { desk: RosterDesk; roster: RosterView }): JSX.Element {
  const { desk, roster } = props;
  const editing = useSignal<Editing | null>(null);
  const monday = desk.monday.value;
  const days = daysOf(monday);
  const today = isoDate(Date.now());
  const table = useRef<HTMLDivElement>(null);
  useEffect(() => showToday(table.current), [monday]);
  return (
    <section aria-label={`Week of ${dayWords(monday)}`}>
      {roster.people.length === 0 && (
        <p class="gf-muted">No practitioner is known to this network.</p>
      )}
      <div ref={table} class="ops-scroll">
        <table class="roster-week">
          <thead>
            <tr>
              <th scope="col" class="roster-names">
                Practitioner
              </th>
              {days.map((day) => (
                <th key={day} scope="col" aria-current={day === today ? "date" : undefined}>
                  {dayWords(day)}
                </th>
              ))}
              <th scope="col" class="roster-hours">
                Hours
              </th>
            </tr>
          </thead>
          <tbody>
            {roster.people.map((person) => (
              <tr key={person.practitioner_id}>
                <th scope="row">
                  {person.display_name}, {person.profession}
                  <span class="gf-small gf-muted">
                    {person.jurisdictions.join(" ") || "No active authority"}
                  </span>
                </th>
                {days.map((day) => (
                  <td key={day}>
                    <Day
                      person={person}
                      day={day}
                      shifts={shiftsOn(roster, person.practitioner_id, day, monday)}
                      onEdit={(shift) => (editing.value = { person, date: day, shift })}
                    />
                  </td>
                ))}
                <td class="roster-hours">
                  {hoursPlanned(roster, person.practitioner_id, monday)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {editing.value !== null && (
        <Edit desk={desk} editing={editing.value} onClose={() => (editing.value = null)} />
      )}
    </section>
  );
}

/** On a narrow screen today comes first into sight, beside the names. */
function showToday(scrolled: HTMLElement | null): void {
  const day = scrolled?.querySelector<HTMLElement>('[aria-current="date"]');
  const names = scrolled?.querySelector<HTMLElement>('th[scope="row"]');
  if (scrolled == null || day == null || names == null) return;
  scrolled.scrollLeft = day.offsetLeft - names.offsetWidth;
}

function Day(props: {
  person: RosterPersonView;
  day: string;
  shifts: readonly ShiftView[];
  onEdit: (shift: ShiftView | null) => void;
}): JSX.Element {
  const { person, day, shifts, onEdit } = props;
  return (
    <div class="roster-day">
      {shifts.map((shift) => (
        <button
          key={shift.shift_id}
          type="button"
          class="secondary roster-shift"
          data-testid="roster-shift"
          aria-label={`${person.display_name}, ${dayWords(day)}, ${spanWords(shift)}: change`}
          onClick={() => onEdit(shift)}
        >
          {spanWords(shift)}
        </button>
      ))}
      <button
        type="button"
        class="quiet roster-add"
        data-testid={`roster-add-${person.login}-${day}`}
        aria-label={`Add a shift for ${person.display_name} on ${dayWords(day)}`}
        onClick={() => onEdit(null)}
      >
        <Icon name="plus" />
      </button>
    </div>
  );
}

function Edit(props: { desk: RosterDesk; editing: Editing; onClose: () => void }): JSX.Element {
  const { desk, onClose } = props;
  const { person, date, shift } = props.editing;
  if (shift === null) {
    return (
      <ShiftDialog
        title={`Add a shift for ${person.display_name}`}
        date={date}
        start="09:00"
        end="17:00"
        onClose={onClose}
        onSave={(span) => desk.add(person.practitioner_id, span)}
      />
    );
  }
  return (
    <ShiftDialog
      {...wallSpanOf(shift)}
      title={`Change the shift of ${person.display_name}`}
      onClose={onClose}
      onSave={(span) => desk.change(shift.shift_id, span)}
      onRemove={() => desk.remove(shift.shift_id)}
    />
  );
}

/** Mon, Nov 30 */
export function dayWords(date: string): string {
  const shape: Intl.DateTimeFormatOptions = {
    weekday: "short",
    month: "short",
    day: "numeric",
  };
  return new Intl.DateTimeFormat("en-US", shape).format(new Date(`${date}T12:00:00`));
}
