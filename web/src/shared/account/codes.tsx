// Code generators: those that count, and setting up another one.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { dayAndTime } from "../format";
import type { NewGeneratorView } from "../protocol/types";
import { Field } from "../ui/Field";
import { QrCode } from "../ui/QrCode";
import type { AccountDesk } from "./desk";
import { Remove } from "./remove";
import { grouped, mayRemove } from "./words";

export function CodeGenerators(props: {
  desk: AccountDesk;
  onEnrolled?: () => void;
}): JSX.Element {
  const { desk, onEnrolled } = props;
  const factors = desk.factors.value;
  return (
    <section aria-labelledby="account-codes">
      <h2 id="account-codes">Code generator</h2>
      <p class="gf-muted">
        An application on your phone that shows six digits, new ones every half minute. With one
        set up, signing in takes your password and the digits.
      </p>
      <ul class="account-list" data-testid="code-generators">
        {factors?.code_generators.map((one) => (
          <li key={one.id}>
            <span>
              <strong>{one.label}</strong>{" "}
              <span class="gf-muted">since {dayAndTime(one.since_ms)}</span>
            </span>
            <Remove
              label={one.label}
              possible={mayRemove(factors)}
              testId="generator-remove"
              onRemove={() => void desk.remove(one.id)}
            />
          </li>
        ))}
      </ul>
      {desk.fresh.value === null ? (
        <Begin desk={desk} />
      ) : (
        <Confirm
          key={desk.fresh.value.id}
          desk={desk}
          fresh={desk.fresh.value}
          onDone={onEnrolled}
        />
      )}
    </section>
  );
}

function Begin(props: { desk: AccountDesk }): JSX.Element {
  const { desk } = props;
  const label = useSignal("");
  return (
    <form
      class="account-form"
      onSubmit={(event) => {
        event.preventDefault();
        void desk.begin(label.value.trim());
      }}
    >
      <Field
        label="Name of the device"
        name="generator-label"
        help="For example: my phone"
        required
        maxLength={80}
        testId="generator-label"
        value={label.value}
        onValue={(value) => {
          label.value = value;
        }}
      />
      <button
        type="submit"
        data-testid="generator-begin"
        disabled={label.value.trim() === ""}
        aria-busy={desk.busy.value}
      >
        Set up a code generator
      </button>
    </form>
  );
}

function Confirm(props: {
  desk: AccountDesk;
  fresh: NewGeneratorView;
  onDone: (() => void) | undefined;
}): JSX.Element {
  const { desk, fresh, onDone } = props;
  const code = useSignal("");

  async function confirm(event: Event): Promise<void> {
    event.preventDefault();
    const done = await desk.confirm(code.value);
    code.value = "";
    if (done) onDone?.();
  }

  return (
    <form class="account-form" onSubmit={(event) => void confirm(event)}>
      <p>Scan this with the application, or type the key into it.</p>
      <div class="account-qr">
        <QrCode text={fresh.uri} label="Picture for the application that shows the codes" />
      </div>
      <p class="account-secret" data-testid="generator-secret">
        {grouped(fresh.secret)}
      </p>
      <Field
        label="The six digits that it shows now"
        name="generator-code"
        inputMode="numeric"
        autocomplete="one-time-code"
        required
        maxLength={24}
        testId="generator-code"
        value={code.value}
        onValue={(value) => {
          code.value = value;
        }}
      />
      <div class="gf-row">
        <button
          type="submit"
          data-testid="generator-confirm"
          disabled={code.value.replace(/\s/g, "").length < 6}
          aria-busy={desk.busy.value}
        >
          Use this code generator
        </button>
        <button type="button" class="secondary" onClick={() => desk.giveUp()}>
          Cancel
        </button>
      </div>
    </form>
  );
}
