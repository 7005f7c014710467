// The patient asked to be called back: what happens next, and the way in as soon as there is one.

import type { JSX } from "preact";
import { t } from "../../shared/i18n";
import { ErrorBox } from "../../shared/ui/ErrorBox";
import { Icon } from "../../shared/ui/Icon";
import { LiveRegion, Notice } from "../../shared/ui/Notice";
import { type ScreenProps, Title } from "../Step";
import { openingAt } from "./NotNow";

export function Callback({ session, view }: ScreenProps): JSX.Element {
  const callback = view.callback;
  const due = callback !== null && callback.due_at_ms !== null;
  const admitted = (session.room.live.value.admission ?? view.admission)?.admitted === true;
  const online = session.room.socketState.value === "online";
  return (
    <section class="join-step" data-testid="callback" data-due={due}>
      <div class="join-body">
        <Title text={t(due ? "callback.dueTitle" : "callback.title")} part={String(due)} />
        <LiveRegion text={due ? t("callback.due") : ""} assertive={due} />
        {due ? (
          <Notice tone="ok">
            <p>{t("callback.due")}</p>
          </Notice>
        ) : (
          <p class="join-range" data-testid="callback-when">
            {callback?.opens_at_ms == null
              ? t("callback.unknown")
              : t("callback.from", { time: openingAt(callback.opens_at_ms) })}
          </p>
        )}
        {!due && (
          <ul class="join-facts">
            <li>
              <Icon name="check" />
              {t("callback.saved")}
            </li>
            <li>
              <Icon name="people" />
              {t("callback.staff")}
            </li>
            <li>
              <Icon name="clock" />
              {t(view.kiosk ? "callback.kiosk" : "callback.open")}
            </li>
          </ul>
        )}
      </div>
      <div class="join-actions">
        <ErrorBox error={session.error.value} />
        {(due || admitted) && (
          <button
            type="button"
            class={due ? "join-next" : "secondary join-next"}
            aria-disabled={session.busy.value || !online}
            data-testid="callback-join"
            onClick={() => void session.joinQueue()}
          >
            {t(due ? "callback.join" : "callback.joinEarly")}
          </button>
        )}
        {view.kiosk && (
          <button
            type="button"
            class={due ? "secondary join-next" : "join-next"}
            data-testid="hand-back"
            onClick={() => void session.end()}
          >
            {t("after.handBack")}
          </button>
        )}
      </div>
    </section>
  );
}
