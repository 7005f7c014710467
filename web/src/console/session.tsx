// A page behind a sign-in: asks who is signed in, shows the form when nobody is, and hands the
// account to what it wraps. The server holds the session; this page only asks about it.

import { type Signal, useSignal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { useEffect } from "preact/hooks";
import { EnrolFirst } from "../shared/account/enrol-first";
import { elsewhereWords } from "../shared/account/sessions";
import { StepUp } from "../shared/account/step-up";
import { type ApiError, api, asApiError } from "../shared/http";
import { t } from "../shared/i18n";
import { IdleWatch } from "../shared/idle-watch";
import type { AccountView, SessionEnded, SiteInfoView } from "../shared/protocol/types";
import { finish, takeReturned } from "../shared/returning";
import { Arriving, useArrival } from "../shared/ui/Arriving";
import { Banner } from "../shared/ui/Banner";
import { ErrorBox } from "../shared/ui/ErrorBox";
import { Notice } from "../shared/ui/Notice";
import { SignIn } from "../shared/ui/SignIn";

export interface Session {
  readonly account: AccountView;
  /** End it here and on the server. */
  readonly signOut: () => void;
  /** The server ended it. */
  readonly onEnded: (reason: SessionEnded["reason"]) => void;
  /** A call goes on in this page: nobody is idle. Set by the page. */
  readonly busy: Signal<boolean>;
}

export interface SignedInProps {
  readonly audience: "practitioner" | "spa" | "ops";
  readonly endpoint: string;
  readonly title: string;
  readonly children: (session: Session) => ComponentChildren;
}

type Standing =
  | { readonly name: "asking" }
  | { readonly name: "unreachable"; readonly error: ApiError }
  | { readonly name: "out"; readonly info: SiteInfoView | null }
  /** Proved again in a window beside the page that asked for it. */
  | { readonly name: "confirmed" }
  | { readonly name: "in"; readonly account: AccountView };

const ENDED: Readonly<Record<SessionEnded["reason"], string | null>> = {
  signed_out: null,
  expired: "You were signed out because nothing was done for a while.",
  revoked: "Your access was ended. Ask your administrator.",
  replaced: "You signed in elsewhere, so you were signed out here.",
};

export function SignedIn(props: SignedInProps): JSX.Element {
  const { now, farewell, refusal, ask, enter, leave, signOut } = useStanding(props.endpoint);
  const busy = useSignal(false);
  const elsewhere = useSignal<string | null>(null);
  const arrival = useArrival();
  if (arrival.now !== null) {
    return <Arriving audience={props.audience} arrival={arrival} onEntered={enter} />;
  }
  if (now.name === "in" && !now.account.complete) {
    return (
      <main>
        <Banner demo={now.account.demo} />
        <EnrolFirst
          account={now.account}
          audience={props.audience}
          onEnrolled={() => void ask()}
          onLeave={() => void signOut()}
        />
      </main>
    );
  }
  if (now.name === "in") {
    const onEnded: Session["onEnded"] = (reason) => void leave(ENDED[reason]);
    return (
      <>
        <ErrorBox error={refusal} />
        <Elsewhere
          words={elsewhere.value}
          onClose={() => {
            elsewhere.value = null;
          }}
        />
        {props.children({ account: now.account, signOut: () => void signOut(), onEnded, busy })}
        <IdleWatch
          endpoint={props.endpoint}
          limit_s={now.account.idle_s}
          busy={busy}
          onOver={() => onEnded("expired")}
        />
        <StepUp endpoint={props.endpoint} who={now.account.display_name} />
      </>
    );
  }
  return (
    <main>
      <Banner demo={now.name === "out" && now.info?.demo === true} />
      {now.name === "asking" && <p class="gf-page-wait">{t("shared.loading")}</p>}
      {now.name === "confirmed" && <p data-testid="confirmed">You can close this window.</p>}
      {refusal !== null && <ErrorBox error={refusal} />}
      {now.name === "unreachable" && <ErrorBox error={now.error} onRetry={() => void ask()} />}
      {farewell !== null && (
        <Notice tone="info" live="polite">
          <p>{farewell}</p>
        </Notice>
      )}
      {now.name === "out" && (
        <SignIn
          audience={props.audience}
          endpoint={props.endpoint}
          title={props.title}
          demoSignIns={now.info?.demo_sign_ins ?? {}}
          passkeyHost={now.info?.passkey_host ?? null}
          onSignedIn={(account) => {
            elsewhere.value = elsewhereWords(account.other_sessions);
            enter(account);
          }}
        />
      )}
    </main>
  );
}

/** Said once after a sign-in: somebody else may be in the same account. */
function Elsewhere(props: { words: string | null; onClose: () => void }): JSX.Element | null {
  if (props.words === null) return null;
  return (
    <aside aria-label="Signed in elsewhere">
      <Notice tone="warn" live="polite" testId="signed-in-elsewhere">
        <p>
          {props.words} <a href="#account">Your account</a>{" "}
          <button type="button" class="quiet" onClick={props.onClose}>
            Close
          </button>
        </p>
      </Notice>
    </aside>
  );
}

interface Asking {
  readonly now: Standing;
  readonly farewell: string | null;
  /** Why whoever came back from their organization's sign-in was not let in. */
  readonly refusal: ApiError | null;
  readonly ask: () => Promise<void>;
  readonly enter: (account: AccountView) => void;
  readonly leave: (words: string | null) => Promise<void>;
  readonly signOut: () => Promise<void>;
}

function useStanding(endpoint: string): Asking {
  const standing = useSignal<Standing>({ name: "asking" });
  const farewell = useSignal<string | null>(null);
  const refusal = useSignal<ApiError | null>(null);

  async function open(): Promise<void> {
    const back = takeReturned();
    if (back === null) return ask();
    try {
      const account = await finish(endpoint, back);
      if (account !== null) return enter(account);
      if (back.purpose === "step_up") {
        standing.value = { name: "confirmed" };
        return window.close();
      }
    } catch (thrown) {
      refusal.value = asApiError(thrown);
    }
    await ask();
  }

  async function ask(): Promise<void> {
    standing.value = { name: "asking" };
    try {
      standing.value = { name: "in", account: await api<AccountView>("GET", endpoint) };
    } catch (thrown) {
      const error = asApiError(thrown);
      if (error.status === 401) await leave(null);
      else standing.value = { name: "unreachable", error };
    }
  }

  function enter(account: AccountView): void {
    farewell.value = null;
    refusal.value = null;
    standing.value = { name: "in", account };
  }

  async function leave(words: string | null): Promise<void> {
    farewell.value = words;
    const info = await api<SiteInfoView>("GET", "/api/v1/info").catch(() => null);
    standing.value = { name: "out", info };
  }

  async function signOut(): Promise<void> {
    await api<void>("DELETE", endpoint).catch(() => undefined);
    await leave(null);
  }

  // Asked once, when the page opens.
  useEffect(() => void open(), [endpoint]);
  const [words, why] = [farewell.value, refusal.value];
  return { now: standing.value, farewell: words, refusal: why, ask, enter, leave, signOut };
}
