// Who is with the patient, as the practitioner hears and sees it: adding or removing somebody
// records the whole list, and confirms it.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { ChartView, PersonInRoom } from "../shared/protocol/types";
import { Field, SelectField } from "../shared/ui/Field";
import { Icon } from "../shared/ui/Icon";
import type { ChartDesk } from "./chart-desk";
import { COMPANIONS } from "./words";

const WHO = Object.entries(COMPANIONS).map(([value, label]) => ({ value, label }));
const PEOPLE_MAX = 8;

export function RoomEditor(props: { chart: ChartDesk; view: ChartView }): JSX.Element {
  const { chart, view } = props;
  const people = view.room ?? [];
  const who = useSignal<PersonInRoom["who"]>("partner");
  const name = useSignal("");
  return (
    <details class="room-editor" data-testid="room-editor">
      <summary>Change who is in the room</summary>
      {people.length > 0 && (
        <ul>
          {people.map((person, index) => (
            <li key={index}>
              {COMPANIONS[person.who]} {person.name}{" "}
              <button
                type="button"
                class="quiet"
                aria-label={`Not here: ${COMPANIONS[person.who]} ${person.name}`}
                onClick={() => void chart.setRoom(people.filter((_, at) => at !== index))}
              >
                <Icon name="cross" />
              </button>
            </li>
          ))}
        </ul>
      )}
      {people.length < PEOPLE_MAX && (
        <div class="gf-row">
          <SelectField
            label="Who"
            name="room-who"
            testId="room-who"
            options={WHO}
            value={who.value}
            onValue={(value) => {
              who.value = value as PersonInRoom["who"];
            }}
          />
          <Field
            label="Name"
            name="room-name"
            testId="room-name"
            autocomplete="off"
            maxLength={120}
            value={name.value}
            onValue={(value) => {
              name.value = value;
            }}
          />
          <button
            type="button"
            class="secondary"
            data-testid="room-add"
            onClick={() => {
              void chart.setRoom([...people, { who: who.value, name: name.value.trim() }]);
              name.value = "";
            }}
          >
            Add
          </button>
        </div>
      )}
    </details>
  );
}
