// What can be decided about somebody: another role, closing the account, opening it again.

import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { PersonView } from "../protocol/types";
import { Dialog } from "../ui/Dialog";
import { ErrorBox } from "../ui/ErrorBox";
import { SelectField } from "../ui/Field";
import { Sure } from "../ui/Sure";
import type { PeopleDesk } from "./desk";
import { ROLE, type RoleName } from "./words";

export function PersonDialog(props: {
  person: Signal<PersonView | null>;
  desk: PeopleDesk;
}): JSX.Element {
  const { person, desk } = props;
  const close = (): void => {
    person.value = null;
    desk.error.value = null;
  };
  return (
    <Dialog
      open={person.value !== null}
      title={person.value?.display_name ?? ""}
      onClose={close}
      reads={true}
      testId="person-dialog"
      actions={
        <button type="button" class="secondary" data-testid="person-leave" onClick={close}>
          Leave it as it is
        </button>
      }
    >
      {person.value !== null && (
        <div class="people-form">
          <ErrorBox error={desk.error.value} />
          <Decisions
            key={person.value.account_id}
            one={person.value}
            desk={desk}
            onDone={close}
          />
        </div>
      )}
    </Dialog>
  );
}

function Decisions(props: {
  one: PersonView;
  desk: PeopleDesk;
  onDone: () => void;
}): JSX.Element {
  const { one, desk, onDone } = props;
  const who = one.display_name;
  const decide = async (work: Promise<boolean>): Promise<void> => {
    if (await work) onDone();
  };
  if (!one.active) {
    return (
      <>
        <p>{who} cannot sign in. Opened again, they sign in by what they did before.</p>
        <button
          type="button"
          data-testid="reopen"
          onClick={() => void decide(desk.reopen(one.account_id, who))}
        >
          Let them sign in again
        </button>
      </>
    );
  }
  return (
    <>
      {one.roles.length > 1 && <Role one={one} desk={desk} onDone={onDone} />}
      <p>
        Closing the account ends their sessions at once, in a call too.
        {one.role === "practitioner" && " They go off duty, and what rings goes to the next."}
      </p>
      <Sure
        words="Close the account"
        label={`Close the account of ${who}`}
        sure={`Close it: ${who} is out at once`}
        testId="close-account"
        onSure={() => void decide(desk.close(one.account_id, who))}
      />
    </>
  );
}

function Role(props: { one: PersonView; desk: PeopleDesk; onDone: () => void }): JSX.Element {
  const { one, desk, onDone } = props;
  const role = useSignal<RoleName>(one.role);
  async function give(): Promise<void> {
    const words = `${one.display_name} is ${ROLE[role.value]} now. Sessions of theirs have ended.`;
    if (await desk.setRole(one.account_id, role.value, words)) onDone();
  }
  return (
    <>
      <SelectField
        label="Role"
        name="person-role"
        testId="person-role"
        help="Another role ends their sessions: they sign in again with it."
        value={role.value}
        options={one.roles.map((value) => ({ value, label: ROLE[value] }))}
        onValue={(value) => {
          role.value = value as RoleName;
        }}
      />
      <button
        type="button"
        data-testid="give-role"
        disabled={role.value === one.role}
        onClick={() => void give()}
      >
        Give them this role
      </button>
    </>
  );
}
