// Beside the call: help, who is there, being alone, and taking consent back.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { t } from "../../shared/i18n";
import { ErrorBox } from "../../shared/ui/ErrorBox";
import { Icon } from "../../shared/ui/Icon";
import type { ScreenProps } from "../Step";
import { Help } from "./Help";
import { InRoom } from "./InRoom";
import { Withdraw } from "./Withdraw";

/** What was refused is said here; in a long interruption `Interrupted` says it, above. */
export function CallMore({ session, view }: ScreenProps): JSX.Element {
  const open = useSignal(false);
  return (
    <div class="join-more">
      <Help session={session} view={view} />
      {!session.room.patience.long.value && <ErrorBox error={session.error.value} />}
      <button
        type="button"
        class="quiet"
        aria-expanded={open.value}
        aria-controls="call-more"
        data-testid="call-more"
        onClick={() => {
          open.value = !open.value;
        }}
      >
        {t("room.more")}
      </button>
      <div id="call-more" hidden={!open.value}>
        <Alone session={session} view={view} />
        <InRoom session={session} view={view} />
        <Withdraw session={session} view={view} when="call" />
      </div>
    </div>
  );
}

function Alone({ session, view }: ScreenProps): JSX.Element {
  const asked = view.privacy_requested;
  return (
    <>
      {asked && <p role="status">{t("privacy.asked")}</p>}
      <button
        type="button"
        class="secondary join-privacy"
        data-testid={asked ? "privacy-alone" : "ask-privacy"}
        onClick={() => void session.putPrivacy(asked)}
      >
        <Icon name="lock" />
        {t(asked ? "privacy.alone" : "privacy.ask")}
      </button>
    </>
  );
}
