// Letting somebody in again: whoever knows their voice types in the words that they read out.

import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { PersonView } from "../protocol/types";
import { Dialog } from "../ui/Dialog";
import { ErrorBox } from "../ui/ErrorBox";
import { Field } from "../ui/Field";
import { Notice } from "../ui/Notice";
import type { PeopleDesk } from "./desk";

export function RecoveryDialog(props: {
  person: Signal<PersonView | null>;
  desk: PeopleDesk;
}): JSX.Element {
  const { person, desk } = props;
  const phrase = useSignal("");
  const one = person.value;
  const close = (): void => {
    person.value = null;
    phrase.value = "";
    desk.error.value = null;
  };
  async function approve(event: Event): Promise<void> {
    event.preventDefault();
    if (one === null || phrase.value.trim() === "") return;
    if (await desk.approve(one.account_id, one.display_name, phrase.value.trim())) close();
  }
  async function refuse(): Promise<void> {
    if (one !== null && (await desk.refuse(one.account_id, one.display_name))) close();
  }
  return (
    <Dialog
      open={one !== null}
      title={`Let ${one?.display_name ?? ""} in again?`}
      onClose={close}
      testId="recovery-dialog"
      actions={
        <>
          <button
            type="button"
            class="secondary"
            data-testid="recovery-refuse"
            onClick={() => void refuse()}
          >
            Do not let them in
          </button>
          <button
            type="submit"
            form="recovery-form"
            data-testid="recovery-approve"
            disabled={phrase.value.trim() === "" || one?.recovery?.approved === true}
            aria-busy={desk.busy.value}
          >
            It is them: let them in
          </button>
        </>
      }
    >
      <form id="recovery-form" class="people-form" onSubmit={(event) => void approve(event)}>
        <Notice tone="warn">
          <p>
            <strong>Be sure who asks.</strong> Talk to them, on a number that you know or face
            to face. Four words are on their screen. Let them read those out; never read any out
            yourself.
          </p>
        </Notice>
        <ErrorBox error={desk.error.value} />
        <Field
          label="The four words that you hear"
          name="recovery-phrase"
          testId="recovery-phrase"
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          maxLength={80}
          value={phrase.value}
          onValue={(value) => {
            phrase.value = value;
          }}
        />
        <p class="gf-muted">
          They then choose a new password. Their second factor, recovery codes and all sessions
          end.
        </p>
      </form>
    </Dialog>
  );
}
