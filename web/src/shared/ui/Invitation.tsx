// Whoever opens an invitation: whom it names, and the password that they choose.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { baseOf } from "../account/words";
import { dayAndTime } from "../format";
import { type ApiError, api, asApiError } from "../http";
import { t } from "../i18n";
import { ROLE } from "../people/words";
import type { AccountView, InvitationView, JoinForm } from "../protocol/types";
import { Banner } from "./Banner";
import { ErrorBox } from "./ErrorBox";
import { NewPassword } from "./NewPassword";
import { ProviderButtons } from "./ProviderButtons";

const PATH = "/api/v1/invitations";

export function Invitation(props: {
  secret: string;
  onEntered: (account: AccountView) => void;
  onLeave: () => void;
}): JSX.Element {
  const { secret, onEntered, onLeave } = props;
  const view = useSignal<InvitationView | null>(null);
  const error = useSignal<ApiError | null>(null);
  const busy = useSignal(false);
  // Looking uses nothing up: it is asked again whenever the page is opened.
  useEffect(() => {
    void api<InvitationView>("POST", `${PATH}/look`, { secret })
      .then((seen) => {
        view.value = seen;
      })
      .catch((thrown: unknown) => {
        error.value = asApiError(thrown);
      });
  }, [secret]);

  async function accept(password: string): Promise<void> {
    const form: JoinForm = { secret, password };
    busy.value = true;
    error.value = null;
    try {
      onEntered(await api<AccountView>("POST", `${PATH}/accept`, form));
    } catch (thrown) {
      error.value = asApiError(thrown);
    } finally {
      busy.value = false;
    }
  }

  const invited = view.value;
  return (
    <>
      <Banner demo={invited?.demo === true} />
      <div class="gf-sign-in" data-testid="invitation">
        <h1>{invited === null ? "Your invitation" : `Welcome, ${invited.display_name}`}</h1>
        <ErrorBox error={error.value} />
        {invited === null && error.value === null && <p>{t("shared.loading")}</p>}
        {invited !== null && (
          <>
            <p>
              {invited.organization_name} invites you. You will be signed in as{" "}
              <strong>{invited.login}</strong>, {ROLE[invited.role].toLowerCase()}. Is that not
              you? Then close this page and say so to whoever gave you the link.
            </p>
            <p class="gf-muted gf-small">
              {invited.by_password && "Choose a password for yourself alone. "}
              The link works once, until {dayAndTime(invited.expires_at_ms)}.
            </p>
            {invited.by_password && (
              <NewPassword
                submit="Choose it and come in"
                busy={busy.value}
                login={invited.login}
                onChosen={(password) => void accept(password)}
              />
            )}
            <ProviderButtons
              endpoint={`${baseOf(invited.audience)}/session`}
              invitation={secret}
              providers={invited.providers}
              onError={(refusal) => {
                error.value = refusal;
              }}
            />
          </>
        )}
        <button type="button" class="quiet" data-testid="arrival-leave" onClick={onLeave}>
          To the sign-in
        </button>
      </div>
    </>
  );
}
