// Asks again who is there, over whatever the page shows: one code, or the password. What waits
// for it is done again by itself; nothing that is being written is touched.

import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { type ApiError, api, asApiError } from "../http";
import type { StepUpForm, StepUpView } from "../protocol/types";
import { answerProof, dialogOpened, proofAsked } from "../stepping-up";
import { Dialog } from "../ui/Dialog";
import { ErrorBox } from "../ui/ErrorBox";
import { Field } from "../ui/Field";
import { Notice } from "../ui/Notice";
import "./account.css";

const FORM = "step-up-form";

export interface StepUpProps {
  /** For example `/api/v1/console/session`. */
  readonly endpoint: string;
  /** Who is signed in: a shared desk may have changed hands. */
  readonly who: string;
}

export function StepUp({ endpoint, who }: StepUpProps): JSX.Element {
  const open = proofAsked.value;
  const { view, typed, busy, error, load, submit } = useProving(`${endpoint}/step-up`);
  useEffect(() => dialogOpened(), []);
  useEffect(() => {
    if (open) void load();
  }, [open]);
  const way = view.value?.ways[0];
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
      <form id={FORM} class="account-form" onSubmit={(event) => void submit(event)}>
        <p>
          You are signed in as {who}. Please confirm it once more: what you were doing goes on
          right after.
        </p>
        <Refusal error={error.value} onRetry={view.value === null ? load : null} />
        {view.value !== null && way === undefined && (
          <p>This account has nothing to confirm it with here. Sign out, and in again.</p>
        )}
        {way !== undefined && <Proof way={way} typed={typed} error={error.value} />}
      </form>
    </Dialog>
  );
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
}): JSX.Element {
  const { way, typed, error } = props;
  const field = useRef<HTMLDivElement>(null);
  useEffect(() => field.current?.querySelector("input")?.focus(), [error]);
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

interface Proving {
  readonly view: Signal<StepUpView | null>;
  readonly typed: Signal<string>;
  readonly busy: Signal<boolean>;
  readonly error: Signal<ApiError | null>;
  readonly load: () => Promise<void>;
  readonly submit: (event: Event) => Promise<void>;
}

function useProving(path: string): Proving {
  const view = useSignal<StepUpView | null>(null);
  const typed = useSignal("");
  const busy = useSignal(false);
  const error = useSignal<ApiError | null>(null);

  async function load(): Promise<void> {
    view.value = null;
    typed.value = "";
    error.value = null;
    try {
      view.value = await api<StepUpView>("GET", path);
    } catch (thrown) {
      error.value = asApiError(thrown);
    }
  }

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    const way = view.value?.ways[0];
    if (busy.value || way === undefined || typed.value.trim() === "") return;
    busy.value = true;
    error.value = null;
    const form: StepUpForm =
      way === "code" ? { code: typed.value.trim() } : { password: typed.value };
    try {
      await api<StepUpView>("POST", path, form);
      answerProof(true);
    } catch (thrown) {
      error.value = asApiError(thrown);
    }
    typed.value = "";
    busy.value = false;
  }
  return { view, typed, busy, error, load, submit };
}
