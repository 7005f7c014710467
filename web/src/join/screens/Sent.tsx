// Sent off: by when somebody looks at it, that this page may be closed, and the way to video.

import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { dayAndTime } from "../../shared/format";
import { language, t } from "../../shared/i18n";
import { ErrorBox } from "../../shared/ui/ErrorBox";
import { Icon } from "../../shared/ui/Icon";
import { AskFirst } from "../AskFirst";
import { type ScreenProps, Title } from "../Step";
import type { JoinSession } from "../session";
import { HandBack } from "./After";
import { Reviewer } from "./Reviewer";
import { Withdraw } from "./Withdraw";

const ASK_AGAIN_MS = 20_000;

export function Sent({ session, view }: ScreenProps): JSX.Element {
  useAskingAgain(session);
  const { forward } = view;
  const locale = language.value === "es" ? "es-US" : "en-US";
  const due = forward?.due_at_ms ?? null;
  const reviewed = view.visit === "in_review";
  return (
    <section class="join-step" data-testid="sent">
      <div class="join-body">
        <Title text={t("sent.title")} />
        <p role="status" data-testid="sent-status">
          {t(reviewed ? "sent.reviewed" : "sent.waiting", {
            when: due === null ? "" : dayAndTime(due, locale),
          })}
        </p>
        <Reviewer reviewer={forward?.reviewer ?? null} />
        <ul class="join-facts">
          <li>
            <Icon name="check" />
            <span>{t("sent.what", { count: forward?.uploads.length ?? 0 })}</span>
          </li>
          <li>
            <Icon name="link" />
            <span>{t(view.kiosk ? "sent.toldKiosk" : "sent.told")}</span>
          </li>
          <li>
            <Icon name="info" />
            <span>{t("sent.maybeLive")}</span>
          </li>
        </ul>
        <p>{t("sent.emergency")}</p>
      </div>
      <div class="join-actions">
        <ErrorBox error={session.error.value} />
        <TalkLive session={session} />
        <Withdraw session={session} view={view} when="sent" />
        <HandBack session={session} view={view} />
      </div>
    </section>
  );
}

function TalkLive({ session }: { session: JoinSession }): JSX.Element {
  return (
    <AskFirst
      testId="talk-live"
      buttonClass="secondary join-next"
      title={t("sent.live.title")}
      text={t("sent.live.text")}
      yes={t("sent.live.yes")}
      no={t("sent.live.no")}
      onYes={() => void session.forward.choose("live_video")}
    >
      {t("sent.live.ask")}
    </AskFirst>
  );
}

/** Somebody may look at it at any time: ask now and then, and when the page is seen again. */
function useAskingAgain(session: JoinSession): void {
  useEffect(() => {
    const ask = (): void => {
      if (document.visibilityState === "visible") {
        void session.refresh();
      }
    };
    const every = setInterval(ask, ASK_AGAIN_MS);
    document.addEventListener("visibilitychange", ask);
    return () => {
      clearInterval(every);
      document.removeEventListener("visibilitychange", ask);
    };
  }, [session]);
}
