// New software: its name, what it may do, its public key.

import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { type ApiError, api, asApiError } from "../../shared/http";
import type { ScopeName, SoftwareForm, SoftwarePageView } from "../../shared/protocol/types";
import { Dialog } from "../../shared/ui/Dialog";
import { ErrorBox } from "../../shared/ui/ErrorBox";
import { Field } from "../../shared/ui/Field";
import { isKey, KeyField } from "./key-field";
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
  const error = useSignal<ApiError | null>(null);
  const busy = useSignal(false);
  const close = (): void => {
    open.value = false;
    error.value = null;
    jwk.value = "";
  };

  async function add(): Promise<void> {
    if (busy.value) return;
    busy.value = true;
    error.value = null;
    const form: SoftwareForm = {
      label: label.value.trim(),
      scopes: [...scopes.value],
      jwk: jwk.value,
    };
    try {
      const made = await api<SoftwarePageView>("POST", API, form);
      label.value = "";
      jwk.value = "";
      scopes.value = FIRST;
      onMade(made);
    } catch (thrown) {
      error.value = asApiError(thrown);
    } finally {
      busy.value = false;
    }
  }

  const complete = label.value.trim() !== "" && scopes.value.length > 0 && isKey(jwk.value);
  const ofKey = error.value?.fields.includes("jwk") === true;
  return (
    <Dialog
      open={open.value}
      title="New software"
      onClose={close}
      testId="software-dialog"
      actions={
        <>
          <button type="button" class="secondary" onClick={close}>
            Cancel
          </button>
          <button
            type="submit"
            form="software-form"
            data-testid="software-make"
            disabled={!complete}
            aria-busy={busy.value}
          >
            Register it
          </button>
        </>
      }
    >
      <form
        id="software-form"
        class="exam-form"
        onSubmit={(event) => {
          event.preventDefault();
          void add();
        }}
      >
        {!ofKey && <ErrorBox error={error.value} />}
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
        <Scopes scopes={scopes} />
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

function Scopes(props: { scopes: Signal<readonly ScopeName[]> }): JSX.Element {
  const { scopes } = props;
  const toggle = (scope: ScopeName, on: boolean): void => {
    const others = scopes.value.filter((each) => each !== scope);
    scopes.value = on ? [...others, scope] : others;
  };
  return (
    <fieldset class="exam-treatments">
      <legend>It may</legend>
      <div class="cards">
        {SCOPES.map(({ scope, words }) => {
          const on = scopes.value.includes(scope);
          return (
            <div key={scope} class="card" data-on={on}>
              <label>
                <input
                  type="checkbox"
                  name={`scope-${scope}`}
                  data-testid={`scope-${scope}`}
                  checked={on}
                  onChange={(event) => toggle(scope, event.currentTarget.checked)}
                />
                {words}
              </label>
            </div>
          );
        })}
      </div>
    </fieldset>
  );
}
