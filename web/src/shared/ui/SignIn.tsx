// The sign-in form of console, portal and ops. In a demo it shows the names that may be used.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { type ApiError, api, asApiError } from "../http";
import { t } from "../i18n";
import type { AccountView, Audience, SignInForm } from "../protocol/types";
import { ErrorBox } from "./ErrorBox";
import { Field } from "./Field";

export interface SignInProps {
  readonly audience: Exclude<Audience, "patient">;
  /** For example `/api/v1/console/session`. */
  readonly endpoint: string;
  readonly title: string;
  readonly onSignedIn: (account: AccountView) => void;
  /** From `/api/v1/info`: "name / password" per audience; empty outside a demo. */
  readonly demoSignIns: Readonly<Record<string, readonly string[]>>;
}

export function SignIn(props: SignInProps): JSX.Element {
  const form = useSignal<SignInForm>({ login: "", password: "" });
  const busy = useSignal(false);
  const error = useSignal<ApiError | null>(null);

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    if (busy.value) {
      return;
    }
    busy.value = true;
    error.value = null;
    try {
      props.onSignedIn(await api<AccountView>("POST", props.endpoint, form.value));
    } catch (thrown) {
      error.value = asApiError(thrown);
    } finally {
      busy.value = false;
    }
  }

  return (
    <form class="gf-sign-in" onSubmit={submit}>
      <h1>{props.title}</h1>
      <ErrorBox error={error.value} />
      <Credentials
        form={form.value}
        onChange={(part) => {
          form.value = { ...form.value, ...part };
        }}
      />
      <button type="submit" aria-disabled={busy.value} data-testid="sign-in-submit">
        {busy.value ? t("shared.signIn.busy") : t("shared.signIn.submit")}
      </button>
      <DemoNames
        names={props.demoSignIns[props.audience] ?? []}
        onPick={(picked) => {
          form.value = picked;
        }}
      />
    </form>
  );
}

function Credentials(props: {
  form: SignInForm;
  onChange: (part: Partial<SignInForm>) => void;
}): JSX.Element {
  return (
    <>
      <Field
        label={t("shared.signIn.login")}
        name="login"
        autocomplete="username"
        autocapitalize="none"
        spellcheck={false}
        required
        testId="sign-in-login"
        value={props.form.login}
        onValue={(login) => props.onChange({ login })}
      />
      <Field
        label={t("shared.signIn.password")}
        name="password"
        type="password"
        autocomplete="current-password"
        required
        testId="sign-in-password"
        value={props.form.password}
        onValue={(password) => props.onChange({ password })}
      />
    </>
  );
}

function DemoNames(props: {
  names: readonly string[];
  onPick: (picked: SignInForm) => void;
}): JSX.Element | null {
  if (props.names.length === 0) {
    return null;
  }
  return (
    <section aria-label={t("shared.signIn.demo")}>
      <p class="gf-muted gf-small">{t("shared.signIn.demo")}</p>
      <div class="gf-row">
        {props.names.map(credentialsOf).map((one) => (
          <button
            key={one.login}
            type="button"
            class="secondary"
            onClick={() => props.onPick(one)}
          >
            {one.login}
          </button>
        ))}
      </div>
    </section>
  );
}

/** Split "name / password", as the demo network publishes its sign-ins. */
function credentialsOf(published: string): SignInForm {
  const [login = "", password = ""] = published.split(" / ");
  return { login, password };
}
