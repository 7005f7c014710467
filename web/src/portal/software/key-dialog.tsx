// Another key for software that is there already: before the old one is removed.

import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { type ApiError, api, asApiError } from "../../shared/http";
import type { SoftwareKeyForm, SoftwarePageView } from "../../shared/protocol/types";
import { Dialog } from "../../shared/ui/Dialog";
import { ErrorBox } from "../../shared/ui/ErrorBox";
import { isKey, KeyField } from "./key-field";
import { API } from "./place";

export function KeyDialog(props: {
  softwareId: Signal<string | null>;
  onMade: (made: SoftwarePageView) => void;
}): JSX.Element {
  const { softwareId, onMade } = props;
  const jwk = useSignal("");
  const error = useSignal<ApiError | null>(null);
  const busy = useSignal(false);
  const close = (): void => {
    softwareId.value = null;
    error.value = null;
    jwk.value = "";
  };

  async function add(): Promise<void> {
    if (busy.value) return;
    busy.value = true;
    error.value = null;
    const form: SoftwareKeyForm = { jwk: jwk.value };
    try {
      const made = await api<SoftwarePageView>("POST", `${API}/${softwareId.value}/keys`, form);
      jwk.value = "";
      onMade(made);
    } catch (thrown) {
      error.value = asApiError(thrown);
    } finally {
      busy.value = false;
    }
  }

  const ofKey = error.value?.fields.includes("jwk") === true;
  return (
    <Dialog
      open={softwareId.value !== null}
      title="Another key"
      onClose={close}
      testId="software-key-dialog"
      actions={
        <>
          <button type="button" class="secondary" onClick={close}>
            Cancel
          </button>
          <button
            type="submit"
            form="software-key-form"
            data-testid="software-make-key"
            disabled={!isKey(jwk.value)}
            aria-busy={busy.value}
          >
            Add it
          </button>
        </>
      }
    >
      <form
        id="software-key-form"
        class="exam-form"
        onSubmit={(event) => {
          event.preventDefault();
          void add();
        }}
      >
        {!ofKey && <ErrorBox error={error.value} />}
        <p class="gf-muted">Both keys count until the old one is removed.</p>
        <KeyField
          value={jwk.value}
          onValue={(value) => {
            jwk.value = value;
            error.value = null;
          }}
          error={error.value}
        />
      </form>
    </Dialog>
  );
}
