// A new endpoint: its address, what it is told, how messages are signed.

import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Asking } from "../../shared/asking";
import { api } from "../../shared/http";
import type {
  DeliveryTopic,
  NewEndpointForm,
  NewSecretView,
  SigningScheme,
} from "../../shared/protocol/types";
import { Field, SelectField } from "../../shared/ui/Field";
import { FormDialog } from "../../shared/ui/FormDialog";
import { Choices } from "../choices";
import { API } from "./acts";
import { TOPICS } from "./words";

const SCHEMES = [
  { value: "v1", label: "A shared secret (v1, HMAC-SHA-256)" },
  { value: "v1a", label: "A private key of ours (v1a, Ed25519)" },
] as const;
const FIRST: readonly DeliveryTopic[] = ["encounter.signed", "encounter.amended"];

export function AddDialog(props: {
  open: Signal<boolean>;
  onMade: (made: NewSecretView) => void;
}): JSX.Element {
  const { open, onMade } = props;
  const url = useSignal("");
  const topics = useSignal<readonly DeliveryTopic[]>(FIRST);
  const scheme = useSignal<SigningScheme>("v1");
  const [asking] = useState(() => new Asking());
  const close = (): void => {
    open.value = false;
    asking.error.value = null;
  };

  async function add(): Promise<void> {
    const form: NewEndpointForm = {
      url: url.value.trim(),
      topics: [...topics.value],
      scheme: scheme.value,
    };
    await asking.attempt(async () => {
      const made = await api<NewSecretView>("POST", API, form);
      url.value = "";
      topics.value = FIRST;
      onMade(made);
    });
  }

  const refused = asking.error.value?.code === "endpoint_refused";
  return (
    <FormDialog
      open={open.value}
      title="A new endpoint"
      testId="endpoint-dialog"
      class="exam-form"
      asking={asking}
      tells={!refused}
      send={{ words: "Add it", testId: "endpoint-make" }}
      ready={url.value.trim() !== "" && topics.value.length > 0}
      onSend={add}
      onClose={close}
    >
      <Field
        label="Address"
        name="endpoint-url"
        testId="endpoint-url"
        value={url.value}
        onValue={(value) => {
          url.value = value;
        }}
        help="https, at a host of the public internet. Messages are posted there."
        error={refused ? (asking.error.value?.message ?? "") : null}
        required
        maxLength={500}
        autocapitalize="none"
        autocomplete="off"
        spellcheck={false}
      />
      <Choices legend="It is told when" name="topic" all={TOPICS} chosen={topics} />
      <SelectField
        label="Signed with"
        name="endpoint-scheme"
        testId="endpoint-scheme"
        value={scheme.value}
        options={SCHEMES}
        onValue={(value) => {
          scheme.value = value === "v1a" ? "v1a" : "v1";
        }}
      />
    </FormDialog>
  );
}
