// Passkeys: those that there are, what they are called, and making another one.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { passkeysHere } from "../authenticator";
import type { FactorsView, PasskeyView } from "../protocol/types";
import { Field } from "../ui/Field";
import type { AccountDesk } from "./desk";
import { Remove } from "./remove";
import { mayRemove, passkeyWords, whereWords } from "./words";

const LABEL_CHARS_MAX = 80;

export function Passkeys(props: { desk: AccountDesk }): JSX.Element {
  const { desk } = props;
  const factors = desk.factors.value;
  return (
    <section aria-labelledby="account-passkeys">
      <h2 id="account-passkeys">Passkeys</h2>
      <p class="gf-muted">
        Sign in with your fingerprint, your face or the PIN of your device, or with a security
        key: nothing to type, and nothing that a false page could ask you for.
      </p>
      <ul class="account-list" data-testid="passkeys">
        {factors?.passkeys.map((one) => (
          <Passkey key={one.id} desk={desk} one={one} factors={factors} />
        ))}
      </ul>
      {factors !== null && <Another desk={desk} factors={factors} />}
    </section>
  );
}

function Passkey(props: {
  desk: AccountDesk;
  one: PasskeyView;
  factors: FactorsView;
}): JSX.Element {
  const { desk, one, factors } = props;
  const naming = useSignal<string | null>(null);

  async function rename(event: Event): Promise<void> {
    event.preventDefault();
    if (await desk.rename(one.id, naming.value?.trim() ?? "")) naming.value = null;
  }

  if (naming.value !== null) {
    return (
      <li>
        <form class="account-form account-rename" onSubmit={(event) => void rename(event)}>
          <Field
            label={`New name of ${one.label}`}
            name="passkey-name"
            required
            maxLength={LABEL_CHARS_MAX}
            testId="passkey-name"
            value={naming.value}
            onValue={(value) => {
              naming.value = value;
            }}
          />
          <span class="gf-row">
            <button
              type="submit"
              data-testid="passkey-named"
              disabled={naming.value.trim() === ""}
              aria-busy={desk.busy.value}
            >
              Save the name
            </button>
            <button type="button" class="secondary" onClick={() => (naming.value = null)}>
              Cancel
            </button>
          </span>
        </form>
      </li>
    );
  }
  return (
    <li data-testid="passkey">
      <span>
        <strong>{one.label}</strong> <span class="gf-muted">{passkeyWords(one)}</span>
      </span>
      <span class="gf-row">
        <button
          type="button"
          class="secondary"
          aria-label={`Rename ${one.label}`}
          data-testid="passkey-rename"
          onClick={() => (naming.value = one.label)}
        >
          Rename
        </button>
        <Remove
          label={one.label}
          possible={mayRemove(factors)}
          testId="passkey-remove"
          onRemove={() => void desk.removePasskey(one.id)}
        />
      </span>
    </li>
  );
}

function Another(props: { desk: AccountDesk; factors: FactorsView }): JSX.Element {
  const { desk, factors } = props;
  const label = useSignal("");
  if (!passkeysHere(factors.passkey_host)) {
    return <p data-testid="passkeys-elsewhere">{whereWords(factors.passkey_host)}</p>;
  }

  async function make(event: Event): Promise<void> {
    event.preventDefault();
    if (await desk.makePasskey(label.value.trim())) label.value = "";
  }

  return (
    <form class="account-form" onSubmit={(event) => void make(event)}>
      <Field
        label="Name of the passkey"
        name="passkey-label"
        help="For example: my laptop"
        required
        maxLength={LABEL_CHARS_MAX}
        testId="passkey-label"
        value={label.value}
        onValue={(value) => {
          label.value = value;
        }}
      />
      <button
        type="submit"
        data-testid="passkey-make"
        disabled={label.value.trim() === ""}
        aria-busy={desk.busy.value}
      >
        Make a passkey
      </button>
    </form>
  );
}
