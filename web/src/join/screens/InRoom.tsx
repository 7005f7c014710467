// Who is with the patient. Both sides see it; the clinician asks again and confirms it.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { t } from "../../shared/i18n";
import type { PersonInRoom, PersonInRoomInput } from "../../shared/protocol/types";
import { Field, SelectField } from "../../shared/ui/Field";
import { Icon } from "../../shared/ui/Icon";
import { putRoom } from "../gates";
import type { ScreenProps } from "../Step";

const WHO: readonly PersonInRoom["who"][] = [
  "parent",
  "guardian",
  "partner",
  "family",
  "friend",
  "staff",
  "other",
];
const PEOPLE_MAX = 8;

export function InRoom({ session, view }: ScreenProps): JSX.Element {
  const people = view.room ?? [];
  const adding = useSignal(false);
  return (
    <section class="join-room" aria-labelledby="room-title" data-testid="room">
      <h2 id="room-title">{t("room.title")}</h2>
      <p role="status" class="gf-muted gf-small">
        {t(stateOf(view.room, view.room_confirmed))}
      </p>
      {people.length > 0 && (
        <ul>
          {people.map((person, index) => (
            <li key={index}>
              <span>{wordsOf(person)}</span>
              <button
                type="button"
                class="quiet"
                aria-label={t("room.remove", { who: wordsOf(person) })}
                onClick={() => void putRoom(session, (known) => without(known, person))}
              >
                <Icon name="cross" />
              </button>
            </li>
          ))}
        </ul>
      )}
      {adding.value ? (
        <Somebody
          onAdd={async (person) => {
            if (await putRoom(session, (known) => [...known, person])) {
              adding.value = false;
            }
          }}
        />
      ) : (
        <div class="join-room-actions">
          {people.length < PEOPLE_MAX && (
            <button
              type="button"
              class="secondary"
              data-testid="room-add"
              onClick={() => {
                adding.value = true;
              }}
            >
              {t("room.add")}
            </button>
          )}
          {view.room === null && (
            <button
              type="button"
              class="secondary"
              data-testid="room-alone"
              onClick={() => void putRoom(session, () => [])}
            >
              {t("room.alone")}
            </button>
          )}
        </div>
      )}
    </section>
  );
}

function Somebody(props: { onAdd: (person: PersonInRoom) => Promise<void> }): JSX.Element {
  const who = useSignal<PersonInRoom["who"]>("partner");
  const name = useSignal("");
  const saving = useSignal(false);
  /** Pressed twice, somebody is there once. */
  async function add(): Promise<void> {
    if (saving.value) return;
    saving.value = true;
    await props.onAdd({ who: who.value, name: name.value.trim() });
    saving.value = false;
  }
  return (
    <div class="join-room-add">
      <SelectField
        label={t("room.who")}
        name="room_who"
        testId="room-who"
        value={who.value}
        options={WHO.map((value) => ({ value, label: t(`room.people.${value}`) }))}
        onValue={(value) => {
          who.value = value as PersonInRoom["who"];
        }}
      />
      <Field
        label={t("room.name")}
        name="room_name"
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
        data-testid="room-save"
        aria-disabled={saving.value}
        onClick={() => void add()}
      >
        {t("room.save")}
      </button>
    </div>
  );
}

/** The people without this one; of two that are called the same, one stays. */
function without(
  people: readonly PersonInRoomInput[],
  gone: PersonInRoom,
): readonly PersonInRoomInput[] {
  const at = people.findIndex((one) => one.who === gone.who && one.name === gone.name);
  return people.filter((_, index) => index !== at);
}

function stateOf(room: readonly PersonInRoom[] | null, confirmed: boolean): string {
  if (room === null) return "room.unsaid";
  if (confirmed) return "room.confirmed";
  return room.length === 0 ? "room.nobody" : "room.said";
}

function wordsOf(person: PersonInRoom): string {
  const who = t(`room.people.${person.who}`);
  return person.name === "" ? who : `${who}: ${person.name}`;
}
