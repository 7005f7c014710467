// The sign-in form of console, portal and ops: name and password, then a code where the account
// has a second factor. In a demo it shows the names that may be used.

import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { type ApiError, api, asApiError } from "../http";
import { t } from "../i18n";
import type { AccountView, Audience, SignInForm } from "../protocol/types";
import { LOST } from "./arrivals";
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
  const { form, code, asked, busy, error, submit, startOver } = useSigningIn(props);
  return (
    <form class="gf-sign-in" onSubmit={(event) => void submit(event)}>
      <h1>{props.title}</h1>
      <ErrorBox error={error.value} />
      {asked.value ? (
        <CodeStep
          login={form.value.login}
          code={code.value}
          onChange={(value) => {
            code.value = value;
          }}
        />
      ) : (
        <Credentials
          form={form.value}
          onChange={(part) => {
            form.value = { ...form.value, ...part };
          }}
        />
      )}
      <button type="submit" aria-disabled={busy.value} data-testid="sign-in-submit">
        {busy.value ? t("shared.signIn.busy") : t("shared.signIn.submit")}
      </button>
      {asked.value ? (
        <button type="button" class="secondary" data-testid="sign-in-back" onClick={startOver}>
          {t("shared.signIn.back")}
        </button>
      ) : (
        <>
          <a href={LOST} class="gf-small" data-testid="sign-in-lost">
            {t("shared.signIn.lost")}
          </a>
          <DemoNames
            names={props.demoSignIns[props.audience] ?? []}
            onPick={(picked) => {
              form.value = picked;
            }}
          />
        </>
      )}
    </form>
  );
}

interface SigningIn {
  readonly form: Signal<SignInForm>;
  readonly code: Signal<string>;
  /** The password was right, and a second factor is asked for. */
  readonly asked: Signal<boolean>;
  readonly busy: Signal<boolean>;
  readonly error: Signal<ApiError | null>;
  readonly submit: (event: Event) => Promise<void>;
  readonly startOver: () => void;
}

function useSigningIn(props: SignInProps): SigningIn {
  const form = useSignal<SignInForm>({ login: "", password: "" });
  const code = useSignal("");
  const asked = useSignal(false);
  const busy = useSignal(false);
  const error = useSignal<ApiError | null>(null);

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    if (busy.value) {
      return;
    }
    busy.value = true;
    error.value = null;
    const sent = asked.value ? { ...form.value, code: code.value.trim() } : form.value;
    try {
      props.onSignedIn(await api<AccountView>("POST", props.endpoint, sent));
    } catch (thrown) {
      refused(asApiError(thrown));
    } finally {
      busy.value = false;
    }
  }

  function refused(refusal: ApiError): void {
    code.value = "";
    if (refusal.code === "code_required") asked.value = true;
    else error.value = refusal;
  }

  function startOver(): void {
    asked.value = false;
    code.value = "";
    error.value = null;
    form.value = { ...form.value, password: "" };
  }
  return { form, code, asked, busy, error, submit, startOver };
}

/** Six digits, or a recovery code; the field has the focus when it appears. */
function CodeStep(props: {
  login: string;
  code: string;
  onChange: (code: string) => void;
}): JSX.Element {
  const step = useRef<HTMLDivElement>(null);
  useEffect(() => step.current?.querySelector("input")?.focus(), []);
  return (
    <div ref={step}>
      <p class="gf-muted">{t("shared.signIn.codeFor", { login: props.login })}</p>
      <Field
        label={t("shared.signIn.code")}
        help={t("shared.signIn.codeHelp")}
        name="code"
        autocomplete="one-time-code"
        autocapitalize="none"
        spellcheck={false}
        maxLength={24}
        required
        testId="sign-in-code"
        value={props.code}
        onValue={props.onChange}
      />
    </div>
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
