// What happens next: the decisions in plain words, the patient's copy, and on a shared tablet
// the way to hand it back.

import type { JSX } from "preact";
import { calendarDay } from "../../shared/format";
import { language, t } from "../../shared/i18n";
import type { JoinStateView, OutcomeView, ResultView } from "../../shared/protocol/types";
import { treatmentName } from "../../shared/treatments";
import { ErrorBox } from "../../shared/ui/ErrorBox";
import { Icon, type IconName } from "../../shared/ui/Icon";
import { Notice } from "../../shared/ui/Notice";
import { visitOf } from "../flow";
import { type ScreenProps, Title } from "../Step";
import type { JoinSession } from "../session";
import { OpenAgain } from "./Edges";
import { Withdraw } from "./Withdraw";

const ICONS: Readonly<Record<OutcomeView["disposition"], IconName>> = {
  approved: "check",
  approved_with_precaution: "check",
  conditional: "info",
  deferred: "clock",
  declined: "cross",
};

export function After({ session, view }: ScreenProps): JSX.Element {
  const { result } = view;
  return (
    <section class="join-step" data-testid="after-call">
      <div class="join-body">
        <Title
          text={t(result === null ? "after.waitTitle" : "after.title")}
          part={String(result === null)}
        />
        {result === null ? (
          <Notice live="polite">
            {view.consent_withdrawn && <p>{t("after.withdrawn")}</p>}
            <p>{t("after.wait")}</p>
            <p>{t(view.kiosk ? "after.waitKiosk" : "after.waitPhone")}</p>
          </Notice>
        ) : (
          <Outcomes result={result} view={view} />
        )}
      </div>
      <div class="join-actions">
        <ErrorBox error={session.error.value} />
        {result !== null && !view.kiosk && (
          <a
            href="/api/v1/join/copy.pdf"
            download="exam.pdf"
            class="gf-button join-next"
            data-testid="copy-pdf"
          >
            <Icon name="download" />
            {t("after.copy")}
          </a>
        )}
        {result !== null && !view.kiosk && (
          <a
            href="/api/v1/join/record.json"
            download="record.json"
            class="join-record"
            data-testid="record-file"
          >
            {t("held.record")}
          </a>
        )}
        <Withdraw session={session} view={view} when="after" />
        <HandBack session={session} view={view} />
      </div>
    </section>
  );
}

function Outcomes({ result, view }: { result: ResultView; view: JoinStateView }): JSX.Element {
  const name = result.practitioner_name;
  return (
    <>
      <p class="join-lead" role="status">
        {t(result.reviewed ? "reviewed.lead" : "after.lead", {
          name,
          profession: result.practitioner_profession,
        })}
      </p>
      {result.licenses.length > 0 && (
        <p class="gf-muted" data-testid="result-license">
          {t("reviewer.license", { licenses: result.licenses.join(", ") })}
        </p>
      )}
      <ul class="join-outcomes">
        {result.outcomes.map((outcome) => (
          <li key={outcome.treatment_class} data-testid={`outcome-${outcome.treatment_class}`}>
            <Icon name={ICONS[outcome.disposition]} />
            <div>
              <h2>{treatmentName(outcome, language.value, view.treatment_options)}</h2>
              <Outcome outcome={outcome} reviewed={result.reviewed} />
            </div>
          </li>
        ))}
      </ul>
      {result.addenda.length > 0 && (
        <section aria-labelledby="after-added" data-testid="after-addenda">
          <h2 id="after-added">{t("held.added")}</h2>
          <ul>
            {result.addenda.map((one, index) => (
              <li key={index}>{one.text}</li>
            ))}
          </ul>
        </section>
      )}
      {result.held != null && (
        <p class="gf-muted" data-testid="after-held">
          {t(`held.${result.held.modality ?? "none"}`)}
          {result.held.modifiers.length > 0 &&
            ` ${t("held.modifier", { codes: result.held.modifiers.join(", ") })}`}
        </p>
      )}
      <p>{t("after.next")}</p>
      {view.kiosk && <p>{t("after.copyKiosk")}</p>}
    </>
  );
}

function Outcome({
  outcome,
  reviewed,
}: {
  outcome: OutcomeView;
  reviewed: boolean;
}): JSX.Element {
  const sent = reviewed && outcome.disposition === "approved";
  const locale = language.value === "es" ? "es-US" : "en-US";
  const refused = outcome.disposition === "declined" || outcome.disposition === "deferred";
  return (
    <>
      <p>
        <strong>
          {t(
            sent ? "reviewed.disposition.approved" : `after.disposition.${outcome.disposition}`,
          )}
        </strong>
      </p>
      {outcome.conditions !== "" && (
        <p>{t("after.conditions", { text: outcome.conditions })}</p>
      )}
      {refused && outcome.rationale !== "" && (
        <p>{t("after.reason", { text: outcome.rationale })}</p>
      )}
      {outcome.valid_until !== null && !refused && (
        <p class="gf-muted">
          {t("after.validUntil", { day: calendarDay(outcome.valid_until, locale) })}
        </p>
      )}
    </>
  );
}

export function Ended({ session, view }: ScreenProps): JSX.Element {
  const visit = visitOf(session.room.live.value.visit, view);
  return (
    <section class="join-step" data-testid="ended">
      <div class="join-body">
        <Title text={t(`ended.${visit}.title`)} />
        <p role="status">{t(`ended.${visit}.text`)}</p>
      </div>
      {!view.kiosk && visit === "left" && (
        <OpenAgain session={session} label={t("ended.again")} />
      )}
      <div class="join-actions">
        <ErrorBox error={session.error.value} />
        <HandBack session={session} view={view} />
      </div>
    </section>
  );
}

/** On a tablet the large button; on one's own phone a quiet way to leave nothing behind. */
export function HandBack({
  session,
  view,
}: {
  session: JoinSession;
  view: JoinStateView;
}): JSX.Element {
  return (
    <button
      type="button"
      class={view.kiosk ? "join-next" : "quiet"}
      data-testid={view.kiosk ? "hand-back" : "forget"}
      onClick={() => void session.end()}
    >
      {t(view.kiosk ? "after.handBack" : "after.forget")}
    </button>
  );
}
