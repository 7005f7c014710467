// A new endpoint: its address, what it is told, how messages are signed.

import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { type ApiError, api, asApiError } from "../../shared/http";
import type {
  DeliveryTopic,
  NewEndpointForm,
  NewSecretView,
  SigningScheme,
} from "../../shared/protocol/types";
import { Dialog } from "../../shared/ui/Dialog";
import { ErrorBox } from "../../shared/ui/ErrorBox";
import { Field, SelectField } from "../../shared/ui/Field";
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
  const error = useSignal<ApiError | null>(null);
  const busy = useSignal(false);
  const close = (): void => {
    open.value = false;
    error.value = null;
  };

  async function add(): Promise<void> {
    if (busy.value) return;
    busy.value = true;
    error.value = null;
    const form: NewEndpointForm = {
      url: url.value.trim(),
      topics: [...topics.value],
      scheme: scheme.value,
    };
    try {
      const made = await api<NewSecretView>("POST", API, form);
      url.value = "";
      topics.value = FIRST;
      onMade(made);
    } catch (thrown) {
      error.value = asApiError(thrown);
    } finally {
      busy.value = false;
    }
  }

  const refused = error.value?.code === "endpoint_refused";
  return (
    <Dialog
      open={open.value}
      title="A new endpoint"
      onClose={close}
      testId="endpoint-dialog"
      actions={
        <>
          <button type="button" class="secondary" onClick={close}>
            Cancel
          </button>
          <button
            type="submit"
            form="endpoint-form"
            data-testid="endpoint-make"
            disabled={url.value.trim() === "" || topics.value.length === 0}
            aria-busy={busy.value}
          >
            Add it
          </button>
        </>
      }
    >
      <form
        id="endpoint-form"
        class="exam-form"
        onSubmit={(event) => {
          event.preventDefault();
          void add();
        }}
      >
        {!refused && <ErrorBox error={error.value} />}
        <Field
          label="Address"
          name="endpoint-url"
          testId="endpoint-url"
          value={url.value}
          onValue={(value) => {
            url.value = value;
          }}
          help="https, at a host of the public internet. Messages are posted there."
          error={refused ? (error.value?.message ?? "") : null}
          required
          maxLength={500}
          autocapitalize="none"
          autocomplete="off"
          spellcheck={false}
        />
        <Topics topics={topics} />
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
      </form>
    </Dialog>
  );
}

function Topics(props: { topics: Signal<readonly DeliveryTopic[]> }): JSX.Element {
  const { topics } = props;
  const toggle = (topic: DeliveryTopic, on: boolean): void => {
    const others = topics.value.filter((each) => each !== topic);
    topics.value = on ? [...others, topic] : others;
  };
  return (
    <fieldset class="exam-treatments">
      <legend>It is told when</legend>
      <div class="cards">
        {TOPICS.map(({ topic, words }) => {
          const on = topics.value.includes(topic);
          return (
            <div key={topic} class="card" data-on={on}>
              <label>
                <input
                  type="checkbox"
                  name={`topic-${topic}`}
                  data-testid={`topic-${topic}`}
                  checked={on}
                  onChange={(event) => toggle(topic, event.currentTarget.checked)}
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
