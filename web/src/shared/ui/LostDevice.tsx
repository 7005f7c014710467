// Whoever lost what they sign in with: they ask here, and read four words out to a second person.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { type ApiError, api, asApiError } from "../http";
import type {
  AccountView,
  Audience,
  JoinForm,
  RecoveryAskedView,
  RecoveryForm,
} from "../protocol/types";
import { ErrorBox } from "./ErrorBox";
import { Field } from "./Field";
import { NewPassword } from "./NewPassword";
import { Notice } from "./Notice";

type Staff = Exclude<Audience, "patient">;
const PATH = "/api/v1/recoveries";
const WHO: Readonly<Record<Staff, string>> = {
  practitioner: "compliance of your network",
  spa: "somebody who leads your spa, or compliance of its network",
  ops: "compliance of your network; of compliance, another of them",
};

export function LostDevice(props: {
  audience: Staff;
  /** What was asked before, where the address still says it. */
  asked: { readonly secret: string; readonly phrase: string } | null;
  onAsked: (asked: RecoveryAskedView) => void;
  onEntered: (account: AccountView) => void;
  onLeave: () => void;
}): JSX.Element {
  const { audience, asked, onAsked, onEntered, onLeave } = props;
  const error = useSignal<ApiError | null>(null);
  const busy = useSignal(false);

  async function tried(work: () => Promise<void>): Promise<void> {
    busy.value = true;
    error.value = null;
    try {
      await work();
    } catch (thrown) {
      error.value = asApiError(thrown);
    } finally {
      busy.value = false;
    }
  }
  const ask = (login: string): Promise<void> =>
    tried(async () => {
      const form: RecoveryForm = { audience, login };
      onAsked(await api<RecoveryAskedView>("POST", PATH, form));
    });
  const finish = (secret: string, password: string): Promise<void> =>
    tried(async () => {
      const form: JoinForm = { secret, password };
      onEntered(await api<AccountView>("POST", `${PATH}/finish`, form));
    });

  return (
    <div class="gf-sign-in" data-testid="lost">
      <h1>Be let in again</h1>
      <ErrorBox error={error.value} />
      {asked === null ? (
        <Ask who={WHO[audience]} busy={busy.value} onAsk={(login) => void ask(login)} />
      ) : (
        <Asked
          who={WHO[audience]}
          phrase={asked.phrase}
          busy={busy.value}
          onChosen={(password) => void finish(asked.secret, password)}
        />
      )}
      <button type="button" class="quiet" data-testid="arrival-leave" onClick={onLeave}>
        To the sign-in
      </button>
    </div>
  );
}

function Ask(props: {
  who: string;
  busy: boolean;
  onAsk: (login: string) => void;
}): JSX.Element {
  const login = useSignal("");
  return (
    <form
      class="gf-sign-in-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (login.value.trim().length > 1 && !props.busy) props.onAsk(login.value.trim());
      }}
    >
      <p>
        A second person has to let you in: {props.who}. You will read four words out to them, so
        be where you can call them.
      </p>
      <p class="gf-muted gf-small">
        Do you still have your password and a recovery code? Then sign in with these instead.
      </p>
      <Field
        label="Sign-in name"
        name="lost-login"
        autocomplete="username"
        autocapitalize="none"
        spellcheck={false}
        maxLength={120}
        required
        testId="lost-login"
        value={login.value}
        onValue={(value) => {
          login.value = value;
        }}
      />
      <button
        type="submit"
        data-testid="lost-ask"
        disabled={login.value.trim().length < 2}
        aria-busy={props.busy}
      >
        Ask
      </button>
    </form>
  );
}

function Asked(props: {
  who: string;
  phrase: string;
  busy: boolean;
  onChosen: (password: string) => void;
}): JSX.Element {
  return (
    <>
      <p>
        <strong>1.</strong> Call {props.who}, on a number that you know. Read these words out,
        and send them to nobody:
      </p>
      <p class="gf-phrase" data-testid="lost-phrase">
        {props.phrase}
      </p>
      <p>
        <strong>2.</strong> When they have let you in, choose a new password here, in this
        browser. What you signed in with before ends, with all your sessions.
      </p>
      <NewPassword submit="Choose it and come in" busy={props.busy} onChosen={props.onChosen} />
      <Notice tone="info">
        <p>This holds for a day. If nobody knows your sign-in name, nobody will hear of it.</p>
      </Notice>
    </>
  );
}
