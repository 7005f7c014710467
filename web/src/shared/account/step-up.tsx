// Asks again who is there, over whatever the page shows: a passkey, a code, or the password. What
// waits for it is done again by itself; nothing that is being written is touched.

import type { Signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { passkeysHere } from "../authenticator";
import type { ApiError } from "../http";
import type { StepUpView } from "../protocol/types";
import { answerProof, dialogOpened, proofAsked } from "../stepping-up";
import { Dialog } from "../ui/Dialog";
import { ErrorBox } from "../ui/ErrorBox";
import { Field } from "../ui/Field";
import { Icon } from "../ui/Icon";
import { Notice } from "../ui/Notice";
import "./account.css";
import { Proving, typedWay } from "./proving";
import { Elsewhere } from "./step-up-elsewhere";

const FORM = "step-up-form";

export interface StepUpProps {
  /** For example `/api/v1/console/session`. */
  readonly endpoint: string;
  /** Who is signed in: a shared desk may have changed hands. */
  readonly who: string;
}

export function StepUp({ endpoint, who }: StepUpProps): JSX.Element {
  const open = proofAsked.value;
  const [proving] = useState(() => new Proving(`${endpoint}/step-up`));
  const { view, typed, busy, error } = proving;
  useEffect(() => dialogOpened(), []);
  useEffect(() => {
    if (open) void proving.load();
    else proving.close();
  }, [open, proving]);
  useEffect(() => () => proving.close(), [proving]);
  const way = typedWay(view.value);
  const byPasskey = canTouch(view.value);
  const elsewhere = view.value?.ways.includes("provider") === true;
  return (
    <Dialog
      open={open}
      title="Confirm that it is you"
      testId="step-up"
      onClose={() => answerProof(false)}
      actions={
        <>
          <button type="button" class="secondary" onClick={() => answerProof(false)}>
            Not now
          </button>
          <button
            type="submit"
            form={FORM}
            data-testid="step-up-submit"
            disabled={way === undefined}
            aria-busy={busy.value}
          >
            Confirm
          </button>
        </>
      }
    >
      <form
        id={FORM}
        class="account-form"
        onSubmit={(event) => {
          event.preventDefault();
          void proving.submit();
        }}
      >
        <p>
          You are signed in as {who}. Please confirm it once more: what you were doing goes on
          right after.
        </p>
        <Refusal
          error={error.value}
          onRetry={view.value === null ? () => proving.load() : null}
        />
        {view.value !== null && way === undefined && !byPasskey && !elsewhere && (
          <p>This account has nothing to confirm it with here. Sign out, and in again.</p>
        )}
        {byPasskey && <Touch busy={busy.value} onTouch={() => void proving.touch()} />}
        {byPasskey && way !== undefined && <p class="gf-muted">Or:</p>}
        {way !== undefined && (
          <Proof way={way} typed={typed} error={error.value} isFirst={!byPasskey} />
        )}
        {elsewhere && (way !== undefined || byPasskey) && <p class="gf-muted">Or:</p>}
        {elsewhere && view.value !== null && (
          <Elsewhere path={`${endpoint}/step-up`} view={view.value} error={error} />
        )}
      </form>
    </Dialog>
  );
}

/** The passkey's button; it has the focus when it appears. */
function Touch(props: { busy: boolean; onTouch: () => void }): JSX.Element {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => button.current?.focus(), []);
  return (
    <button
      ref={button}
      type="button"
      data-testid="step-up-passkey"
      aria-busy={props.busy}
      onClick={props.onTouch}
    >
      <Icon name="key" /> Confirm with your passkey
    </button>
  );
}

function canTouch(view: StepUpView | null): boolean {
  return view?.ways.includes("passkey") === true && passkeysHere(view.passkey_host);
}

/** Nobody typed a name here, so it is not said that the name may be wrong. */
function Refusal(props: {
  error: ApiError | null;
  onRetry: (() => Promise<void>) | null;
}): JSX.Element {
  const { error, onRetry } = props;
  if (error?.code === "sign_in_failed") {
    return (
      <Notice tone="error" live="assertive" testId="error">
        <p data-code={error.code}>That is not your password.</p>
      </Notice>
    );
  }
  const again = onRetry === null ? {} : { onRetry: () => void onRetry() };
  return <ErrorBox error={error} {...again} />;
}

/** What is asked for; the field has the focus when it appears, and after a refusal. */
function Proof(props: {
  way: "password" | "code";
  typed: Signal<string>;
  error: ApiError | null;
  isFirst: boolean;
}): JSX.Element {
  const { way, typed, error, isFirst } = props;
  const field = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (isFirst) field.current?.querySelector("input")?.focus();
  }, [error, isFirst]);
  const shared = {
    required: true,
    value: typed.value,
    onValue: (value: string) => {
      typed.value = value;
    },
  };
  return (
    <div ref={field}>
      {way === "code" ? (
        <Field
          {...shared}
          label="Code"
          help="Six digits of your code generator, or one of your recovery codes."
          name="code"
          autocomplete="one-time-code"
          autocapitalize="none"
          spellcheck={false}
          maxLength={24}
          testId="step-up-code"
        />
      ) : (
        <Field
          {...shared}
          label="Your password"
          name="password"
          type="password"
          autocomplete="current-password"
          testId="step-up-password"
        />
      )}
    </div>
  );
}
