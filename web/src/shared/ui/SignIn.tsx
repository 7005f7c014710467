// The sign-in form of console, portal and ops: a passkey, or name and password, then a code where
// the account has a second factor. In a demo it shows the names that may be used.

import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { passkeysHere } from "../authenticator";
import { type ApiError, api, asApiError } from "../http";
import { t } from "../i18n";
import { PasskeySignIn } from "../passkey-sign-in";
import type { AccountView, Audience, SignInForm } from "../protocol/types";
import { LOST } from "./arrivals";
import { ErrorBox } from "./ErrorBox";
import { Field } from "./Field";
import { PasskeyButton } from "./PasskeyButton";
import { ProviderButtons } from "./ProviderButtons";

export interface SignInProps {
  readonly audience: Exclude<Audience, "patient">;
  /** For example `/api/v1/console/session`. */
  readonly endpoint: string;
  readonly title: string;
  readonly onSignedIn: (account: AccountView) => void;
  /** From `/api/v1/info`: "name / password" per audience; empty outside a demo. */
  readonly demoSignIns: Readonly<Record<string, readonly string[]>>;
  /** From there, too: the one host that passkeys are for. */
  readonly passkeyHost: string | null;
}

export function SignIn(props: SignInProps): JSX.Element {
  const { form, code, asked, busy, error, passkeys, submit, startOver } = useSigningIn(props);
  const step = asked.value;
  return (
    <form class="gf-sign-in" onSubmit={(event) => void submit(event)}>
      <h1>{props.title}</h1>
      <ErrorBox error={error.value} />
      {step === "passkey" && (
        <p class="gf-muted">{t("shared.signIn.passkeyFor", { login: form.value.login })}</p>
      )}
      {passkeys !== null && step !== "code" && (
        <PasskeyButton passkeys={passkeys} second={step === null ? "password" : "recovery"} />
      )}
      {step === null ? (
        <Credentials
          form={form.value}
          listsPasskeys={passkeys !== null}
          onChange={(part) => {
            form.value = { ...form.value, ...part };
          }}
        />
      ) : (
        <CodeStep
          step={step}
          login={form.value.login}
          code={code.value}
          onChange={(value) => {
            code.value = value;
          }}
        />
      )}
      <button type="submit" aria-disabled={busy.value} data-testid="sign-in-submit">
        {busy.value ? t("shared.signIn.busy") : t("shared.signIn.submit")}
      </button>
      {step !== null ? (
        <button type="button" class="secondary" data-testid="sign-in-back" onClick={startOver}>
          {t("shared.signIn.back")}
        </button>
      ) : (
        <>
          <ProviderButtons
            endpoint={props.endpoint}
            onError={(refusal) => {
              error.value = refusal;
            }}
          />
          <a href={LOST} class="gf-small gf-alone" data-testid="sign-in-lost">
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

/** What is asked for beside a password that was right: a code, or a passkey in its place. */
type Step = "code" | "passkey";
const STEPS: Readonly<Record<string, Step>> = {
  code_required: "code",
  passkey_required: "passkey",
};

interface SigningIn {
  readonly form: Signal<SignInForm>;
  readonly code: Signal<string>;
  /** The password was right, and this is asked for besides. */
  readonly asked: Signal<Step | null>;
  readonly busy: Signal<boolean>;
  readonly error: Signal<ApiError | null>;
  /** Null where this page is under an address that no passkey can be for. */
  readonly passkeys: PasskeySignIn | null;
  readonly submit: (event: Event) => Promise<void>;
  readonly startOver: () => void;
}

function useSigningIn(props: SignInProps): SigningIn {
  const form = useSignal<SignInForm>({ login: "", password: "" });
  const code = useSignal("");
  const asked = useSignal<Step | null>(null);
  const busy = useSignal(false);
  const error = useSignal<ApiError | null>(null);

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    if (busy.value) {
      return;
    }
    busy.value = true;
    error.value = null;
    const sent = asked.value === null ? form.value : { ...form.value, code: code.value.trim() };
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
    const step = STEPS[refusal.code];
    if (step === undefined) error.value = refusal;
    else asked.value = step;
  }

  function startOver(): void {
    asked.value = null;
    code.value = "";
    error.value = null;
    form.value = { ...form.value, password: "" };
  }
  const passkeys = usePasskeys(props, error);
  return { form, code, asked, busy, error, passkeys, submit, startOver };
}

function usePasskeys(props: SignInProps, error: Signal<ApiError | null>): PasskeySignIn | null {
  const [passkeys] = useState(() => {
    const entered = (account: AccountView): void => props.onSignedIn(account);
    const refused = (refusal: ApiError | null): void => {
      error.value = refusal;
    };
    const ports = { entered, refused };
    return passkeysHere(props.passkeyHost) ? new PasskeySignIn(props.endpoint, ports) : null;
  });
  useEffect(() => {
    void passkeys?.offer();
    return () => passkeys?.close();
  }, [passkeys]);
  return passkeys;
}

/** Six digits, or a recovery code; the field has the focus when it appears. */
function CodeStep(props: {
  step: Step;
  login: string;
  code: string;
  onChange: (code: string) => void;
}): JSX.Element {
  const step = useRef<HTMLDivElement>(null);
  useEffect(() => step.current?.querySelector("input")?.focus(), []);
  const byCode = props.step === "code";
  return (
    <div ref={step}>
      {byCode && <p class="gf-muted">{t("shared.signIn.codeFor", { login: props.login })}</p>}
      <Field
        label={byCode ? t("shared.signIn.code") : t("shared.signIn.recovery")}
        help={byCode ? t("shared.signIn.codeHelp") : t("shared.signIn.recoveryHelp")}
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
  /** The browser lists passkeys below the name, beside the names that it keeps. */
  listsPasskeys: boolean;
  onChange: (part: Partial<SignInForm>) => void;
}): JSX.Element {
  return (
    <>
      <Field
        label={t("shared.signIn.login")}
        name="login"
        autocomplete={props.listsPasskeys ? "username webauthn" : "username"}
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
