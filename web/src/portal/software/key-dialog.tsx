// Another key for software that is there already: before the old one is removed.

import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Asking } from "../../shared/asking";
import { api } from "../../shared/http";
import type { SoftwareKeyForm, SoftwarePageView } from "../../shared/protocol/types";
import { FormDialog } from "../../shared/ui/FormDialog";
import { isKey, isOfKey, KeyField } from "./key-field";
import { API } from "./place";

export function KeyDialog(props: {
  softwareId: Signal<string | null>;
  onMade: (made: SoftwarePageView) => void;
}): JSX.Element {
  const { softwareId, onMade } = props;
  const jwk = useSignal("");
  const [asking] = useState(() => new Asking());
  const close = (): void => {
    softwareId.value = null;
    asking.error.value = null;
    jwk.value = "";
  };

  async function add(): Promise<void> {
    const form: SoftwareKeyForm = { jwk: jwk.value };
    await asking.attempt(async () => {
      const path = `${API}/${softwareId.value}/keys`;
      const made = await api<SoftwarePageView>("POST", path, form);
      jwk.value = "";
      onMade(made);
    });
  }

  return (
    <FormDialog
      open={softwareId.value !== null}
      title="Another key"
      testId="software-key-dialog"
      class="exam-form"
      asking={asking}
      tells={!isOfKey(asking.error.value)}
      send={{ words: "Add it", testId: "software-make-key" }}
      ready={isKey(jwk.value)}
      onSend={add}
      onClose={close}
    >
      <p class="gf-muted">Both keys count until the old one is removed.</p>
      <KeyField jwk={jwk} error={asking.error} />
    </FormDialog>
  );
}
