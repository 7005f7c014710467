// Nobody who may see this patient is there: said before they wait, with the time where one is
// known, and with what they can do instead.

import type { JSX } from "preact";
import { language, t } from "../../shared/i18n";
import { Icon } from "../../shared/ui/Icon";
import { Notice } from "../../shared/ui/Notice";
import { openingWords } from "../opening";
import type { JoinSession } from "../session";

/** A time as this patient reads it. */
export function openingAt(ms: number): string {
  return openingWords(ms, Date.now(), language.value === "es" ? "es-US" : "en-US");
}

export function NotNow(props: { opensAtMs: number | null }): JSX.Element {
  const { opensAtMs } = props;
  return (
    <Notice tone="warn" live="polite" testId="not-now">
      <p>
        <strong>
          {opensAtMs === null
            ? t("notNow.unknown")
            : t("notNow.until", { time: openingAt(opensAtMs) })}
        </strong>
      </p>
      <p>{t("notNow.instead")}</p>
    </Notice>
  );
}

export function AskCallback(props: { session: JoinSession; large: boolean }): JSX.Element {
  const { session, large } = props;
  const online = session.room.socketState.value === "online";
  return (
    <button
      type="button"
      class={large ? "join-next" : "secondary join-next"}
      aria-disabled={session.busy.value || !online}
      data-testid="callback-ask"
      onClick={() => {
        if (online) void session.callBack();
      }}
    >
      <Icon name="phone" />
      {t(online ? "callback.ask" : "ready.connecting")}
    </button>
  );
}
