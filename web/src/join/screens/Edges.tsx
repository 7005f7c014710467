// The screens outside of a session: loading, no link, ended, replaced, forgetting.

import type { JSX } from "preact";
import { hasSentence, t } from "../../shared/i18n";
import { ErrorBox } from "../../shared/ui/ErrorBox";
import { Notice } from "../../shared/ui/Notice";
import { Title } from "../Step";
import type { JoinSession } from "../session";

export function Loading(): JSX.Element {
  return (
    <p class="join-quiet" role="status">
      {t("shared.loading")}
    </p>
  );
}

export function Unreachable({ session }: { session: JoinSession }): JSX.Element {
  return (
    <section class="join-step">
      <div class="join-body">
        <Title text={t("unreachable.title")} />
        <ErrorBox error={session.error.value} />
        <p>{t("unreachable.text")}</p>
      </div>
      <div class="join-actions">
        <button
          type="button"
          class="join-next"
          data-testid="next"
          onClick={() => void session.start()}
        >
          {t("shared.error.again")}
        </button>
      </div>
    </section>
  );
}

export function NoLink(): JSX.Element {
  return (
    <section class="join-step" data-testid="no-link">
      <div class="join-body">
        <Title text={t("noLink.title")} />
        <p>{t("noLink.text")}</p>
        <p>{t("noLink.help")}</p>
      </div>
    </section>
  );
}

export function Replaced({ session }: { session: JoinSession }): JSX.Element {
  return (
    <section class="join-step" data-testid="replaced">
      <div class="join-body">
        <Title text={t("replaced.title")} />
        <Notice tone="info" live="assertive">
          <p>{t("replaced.text")}</p>
        </Notice>
        <p>{t(session.hasLink ? "replaced.here" : "replaced.link")}</p>
      </div>
      <OpenAgain session={session} label={t("replaced.again")} />
    </section>
  );
}

export function Closed(props: { session: JoinSession; code: string }): JSX.Element {
  const key = `closed.${props.code}`;
  return (
    <section class="join-step" data-testid="closed">
      <div class="join-body">
        <Title text={t("closed.title")} />
        <p>{t(hasSentence(key) ? key : "closed.other")}</p>
        <p>{t("closed.help")}</p>
      </div>
      <OpenAgain session={props.session} label={t("closed.again")} />
    </section>
  );
}

export function Forgetting(): JSX.Element {
  return (
    <section class="join-step" data-testid="forgetting">
      <div class="join-body">
        <Title text={t("forgetting.title")} />
        <p role="status">{t("forgetting.text")}</p>
      </div>
    </section>
  );
}

/** As long as this page remembers its link, it can prove it again. */
export function OpenAgain(props: { session: JoinSession; label: string }): JSX.Element | null {
  return props.session.hasLink ? (
    <div class="join-actions">
      <button
        type="button"
        class="join-next"
        data-testid="next"
        onClick={() => props.session.toGate()}
      >
        {props.label}
      </button>
    </div>
  ) : null;
}
