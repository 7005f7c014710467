// Somebody whom the exam names says that its condition is met.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { type ApiError, api, asApiError } from "../shared/http";
import { requestIds } from "../shared/ids";
import type { CoverView } from "../shared/protocol/types";
import { ErrorBox } from "../shared/ui/ErrorBox";
import { Field } from "../shared/ui/Field";
import { type Credential, satisfactionOf } from "./coverage";
import { CredentialField } from "./coverage-fields";

export function ConditionForm(props: { cover: CoverView; onChanged: () => void }): JSX.Element {
  const { cover, onChanged } = props;
  const name = useSignal("");
  const credential = useSignal<Credential | "">("");
  const note = useSignal("");
  const fault = useSignal("");
  const error = useSignal<ApiError | null>(null);
  const idOf = useMemo(() => requestIds(), []);

  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const said = { name: name.value, credential: credential.value, note: note.value };
    const form = satisfactionOf(cover, said, idOf(said));
    fault.value = form === null ? "Fill in all three." : "";
    if (form === null) return;
    try {
      const path = `/api/v1/authorizations/${cover.authorization_id}/satisfy`;
      await api("POST", path, form);
      onChanged();
    } catch (thrown) {
      error.value = asApiError(thrown);
    }
  }

  return (
    <form class="coverage-check" onSubmit={submit} noValidate data-testid="coverage-condition">
      <h3>Confirm the condition</h3>
      <p>{cover.conditions}</p>
      <div class="exam-patient">
        <Field
          label="Confirmed by"
          name="condition-name"
          testId="condition-name"
          maxLength={120}
          value={name.value}
          onValue={(value) => (name.value = value)}
        />
        <CredentialField
          label="Credential"
          testId="condition-credential"
          among={cover.satisfied_by}
          value={credential.value}
          onValue={(value) => (credential.value = value)}
        />
        <Field
          label="How it was met"
          name="condition-note"
          testId="condition-note"
          maxLength={500}
          value={note.value}
          onValue={(value) => (note.value = value)}
        />
      </div>
      <ErrorBox error={error.value} />
      <p class="gf-field-error" role="alert">
        {fault.value}
      </p>
      <button type="submit" class="secondary" data-testid="condition-submit">
        Confirm
      </button>
    </form>
  );
}
