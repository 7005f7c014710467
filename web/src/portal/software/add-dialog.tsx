// New software: its name, what it may do, its public key.

import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Asking } from "../../shared/asking";
import { api } from "../../shared/http";
import type { ScopeName, SoftwareForm, SoftwarePageView } from "../../shared/protocol/types";
import { Field } from "../../shared/ui/Field";
import { FormDialog } from "../../shared/ui/FormDialog";
import { Choices } from "../choices";
import { isKey, isOfKey, KeyField } from "./key-field";
import { API } from "./place";
import { SCOPES } from "./words";

const FIRST: readonly ScopeName[] = ["authorizations:query"];

export function AddDialog(props: {
  open: Signal<boolean>;
  onMade: (made: SoftwarePageView) => void;
}): JSX.Element {
  const { open, onMade } = props;
  const label = useSignal("");
  const scopes = useSignal<readonly ScopeName[]>(FIRST);
  const jwk = useSignal("");
  const [asking] = useState(() => new Asking());
  const close = (): void => {
    open.value = false;
    asking.error.value = null;
    jwk.value = "";
  };

  async function add(): Promise<void> {
    const form: SoftwareForm = {
      label: label.value.trim(),
      scopes: [...scopes.value],
      jwk: jwk.value,
    };
    await asking.attempt(async () => {
      const made = await api<SoftwarePageView>("POST", API, form);
      label.value = "";
      jwk.value = "";
      scopes.value = FIRST;
      onMade(made);
    });
  }

  return (
    <FormDialog
      open={open.value}
      title="New software"
      testId="software-dialog"
      class="exam-form"
      asking={asking}
      tells={!isOfKey(asking.error.value)}
      send={{ words: "Register it", testId: "software-make" }}
      ready={label.value.trim() !== "" && scopes.value.length > 0 && isKey(jwk.value)}
      onSend={add}
      onClose={close}
    >
      <Field
        label="Which software"
        name="software-label"
        testId="software-label"
        value={label.value}
        onValue={(value) => {
          label.value = value;
        }}
        required
        maxLength={120}
        autocomplete="off"
      />
      <Choices legend="It may" name="scope" all={SCOPES} chosen={scopes} />
      <KeyField jwk={jwk} error={asking.error} />
    </FormDialog>
  );
}
