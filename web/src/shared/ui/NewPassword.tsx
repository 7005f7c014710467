// Choosing a password, twice the same; shared by the invited and by those who are let in again.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { passwordFault } from "../account/words";
import { Field } from "./Field";

export function NewPassword(props: {
  submit: string;
  busy: boolean;
  /** Lets a manager of passwords know whose it is. */
  login?: string;
  onChosen: (password: string) => void;
}): JSX.Element {
  const password = useSignal("");
  const again = useSignal("");
  const fault = passwordFault(password.value, again.value);
  return (
    <form
      class="gf-sign-in-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (fault === null && !props.busy) props.onChosen(password.value);
      }}
    >
      {props.login !== undefined && (
        <input type="hidden" name="username" autocomplete="username" value={props.login} />
      )}
      <Field
        label="New password"
        name="new-password"
        type="password"
        autocomplete="new-password"
        help="At least 12 characters. A few words that do not belong together are good."
        required
        testId="new-password"
        value={password.value}
        onValue={(value) => {
          password.value = value;
        }}
      />
      <Field
        label="New password again"
        name="new-password-again"
        type="password"
        autocomplete="new-password"
        required
        testId="new-password-again"
        error={again.value === "" ? null : fault}
        value={again.value}
        onValue={(value) => {
          again.value = value;
        }}
      />
      <button
        type="submit"
        data-testid="new-password-choose"
        disabled={fault !== null}
        aria-busy={props.busy}
      >
        {props.submit}
      </button>
    </form>
  );
}
