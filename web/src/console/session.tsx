// A page behind a sign-in: asks who is signed in, shows the form when nobody is, and hands the
// account to what it wraps. The server holds the session; this page only asks about it.

import { type Signal, useSignal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { EnrolFirst } from "../shared/account/enrol-first";
import { elsewhereWords } from "../shared/account/sessions";
import { StepUp } from "../shared/account/step-up";
import { t } from "../shared/i18n";
import { IdleWatch } from "../shared/idle-watch";
import type { AccountView, SessionEnded } from "../shared/protocol/types";
import { Arriving, useArrival } from "../shared/ui/Arriving";
import { Banner } from "../shared/ui/Banner";
import { ErrorBox } from "../shared/ui/ErrorBox";
import { Notice } from "../shared/ui/Notice";
import { SignIn } from "../shared/ui/SignIn";
import { StandingDesk } from "./standing";

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

const ENDED: Readonly<Record<SessionEnded["reason"], string | null>> = {
  signed_out: null,
  expired: "You were signed out because nothing was done for a while.",
  revoked: "Your access was ended. Ask your administrator.",
  replaced: "You signed in elsewhere, so you were signed out here.",
};

export function SignedIn(props: SignedInProps): JSX.Element {
  const [standing] = useState(() => new StandingDesk(props.endpoint));
  // Asked once, when the page opens.
  useEffect(() => void standing.open(), [standing]);
  const [now, leaving] = [standing.now.value, standing.leaving.value];
  const [farewell, refusal] = [standing.farewell.value, standing.refusal.value];
  const enter = (account: AccountView): void => standing.enter(account);
  const signOut = (): void => void standing.signOut();
  const busy = useSignal(false);
  const elsewhere = useSignal<string | null>(null);
  const arrival = useArrival();
  if (arrival.now !== null) {
    return <Arriving audience={props.audience} arrival={arrival} onEntered={enter} />;
  }
  const going = leaving !== null && (
    <main>
      <Banner demo={now.name === "in" && now.account.demo} />
      {leaving === "asking" ? (
        <p class="gf-page-wait">{t("shared.loading")}</p>
      ) : (
        <StillIn onAgain={signOut} onBack={() => standing.stay()} />
      )}
    </main>
  );
  if (now.name === "in" && !now.account.complete) {
    return (
      <>
        {going}
        <main hidden={leaving !== null}>
          <Banner demo={now.account.demo} />
          <EnrolFirst
            account={now.account}
            audience={props.audience}
            onEnrolled={() => void standing.ask()}
            onLeave={signOut}
          />
        </main>
      </>
    );
  }
  if (now.name === "in") {
    const onEnded: Session["onEnded"] = (reason) => void standing.leave(ENDED[reason]);
    return (
      <>
        {going}
        <div class="gf-behind" hidden={leaving !== null}>
          <ErrorBox error={refusal} />
          <Elsewhere
            words={elsewhere.value}
            onClose={() => {
              elsewhere.value = null;
            }}
          />
          {props.children({ account: now.account, signOut, onEnded, busy })}
        </div>
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
      {now.name === "unreachable" && (
        <ErrorBox error={now.error} onRetry={() => void standing.ask()} />
      )}
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

/** The server was not told: whoever pressed it must not believe that it is done. */
function StillIn(props: { onAgain: () => void; onBack: () => void }): JSX.Element {
  return (
    <Notice tone="error" live="assertive" testId="still-signed-in">
      <p>
        <strong>You are still signed in.</strong> The server could not be told that you leave.
        Try again before you hand this device to anybody.
      </p>
      <div class="gf-row">
        <button type="button" data-testid="sign-out-again" onClick={props.onAgain}>
          Try again
        </button>
        <button type="button" class="secondary" onClick={props.onBack}>
          Back to the page
        </button>
      </div>
    </Notice>
  );
}
