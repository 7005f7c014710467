// Everything is done: one button puts the patient in line, or has them called back when nobody
// who may see them is there.

import type { JSX } from "preact";
import { language, t } from "../../shared/i18n";
import { treatmentName } from "../../shared/treatments";
import { type ScreenProps, Step } from "../Step";
import { InRoom } from "./InRoom";
import { AskCallback, NotNow } from "./NotNow";

export function Ready({ session, view }: ScreenProps): JSX.Element {
  const online = session.room.socketState.value === "online";
  const admission = session.room.live.value.admission ?? view.admission;
  const notNow = admission !== null && !admission.admitted;
  return (
    <Step
      session={session}
      title={t("ready.title")}
      {...(notNow
        ? { aside: <AskCallback session={session} large={true} /> }
        : {
            lead: t("ready.lead"),
            disabled: !online,
            nextLabel: t(online ? "ready.next" : "ready.connecting"),
            nextTestId: "ready-button",
            onNext: () => void session.joinQueue(),
          })}
    >
      {notNow && <NotNow opensAtMs={admission.opens_at_ms} />}
      <dl class="join-summary">
        <dt>{t("ready.who")}</dt>
        <dd>{view.identity?.legal_name}</dd>
        <dt>{t("ready.where")}</dt>
        <dd>
          {view.location?.city}, {view.location?.jurisdiction}
        </dd>
        <dt>{t("ready.what")}</dt>
        {view.treatments.map((treatment) => (
          <dd key={treatment.treatment_class}>
            {treatmentName(treatment, language.value, view.treatment_options)}
          </dd>
        ))}
      </dl>
      <InRoom session={session} view={view} />
    </Step>
  );
}
