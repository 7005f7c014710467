// Changing one's own password, with the one of before.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { PasswordForm } from "../protocol/types";
import { Field } from "../ui/Field";
import type { AccountDesk } from "./desk";
import { passwordFault } from "./words";

const EMPTY: PasswordForm = { current: "", password: "" };

export function Password(props: { desk: AccountDesk }): JSX.Element {
  const { desk } = props;
  const form = useSignal<PasswordForm>(EMPTY);
  const again = useSignal("");
  const fault = passwordFault(form.value.password, again.value);
  const begun = again.value !== "";

  async function change(event: Event): Promise<void> {
    event.preventDefault();
    if (fault !== null) return;
    if (await desk.change(form.value)) {
      form.value = EMPTY;
      again.value = "";
    }
  }

  const set = (part: Partial<PasswordForm>): void => {
    form.value = { ...form.value, ...part };
  };
  return (
    <section aria-labelledby="account-password">
      <h2 id="account-password">Password</h2>
      <form class="account-form" onSubmit={(event) => void change(event)}>
        <Field
          label="Password now"
          name="password-current"
          type="password"
          autocomplete="current-password"
          required
          testId="password-current"
          value={form.value.current}
          onValue={(current) => set({ current })}
        />
        <Field
          label="New password"
          name="password-new"
          type="password"
          autocomplete="new-password"
          help="At least 12 characters. A few words that do not belong together are good."
          required
          testId="password-new"
          value={form.value.password}
          onValue={(password) => set({ password })}
        />
        <Field
          label="New password again"
          name="password-again"
          type="password"
          autocomplete="new-password"
          required
          testId="password-again"
          error={begun ? fault : null}
          value={again.value}
          onValue={(value) => {
            again.value = value;
          }}
        />
        <button
          type="submit"
          data-testid="password-change"
          disabled={form.value.current === "" || fault !== null}
          aria-busy={desk.busy.value}
        >
          Change the password
        </button>
      </form>
    </section>
  );
}
