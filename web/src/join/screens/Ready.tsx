// Everything is done: one button puts the patient in line.

import type { JSX } from "preact";
import { language, t } from "../../shared/i18n";
import { treatmentName } from "../../shared/treatments";
import { type ScreenProps, Step } from "../Step";

export function Ready({ session, view }: ScreenProps): JSX.Element {
  const online = session.room.socketState.value === "online";
  return (
    <Step
      session={session}
      title={t("ready.title")}
      lead={t("ready.lead")}
      disabled={!online}
      nextLabel={t(online ? "ready.next" : "ready.connecting")}
      nextTestId="ready-button"
      onNext={() => void session.joinQueue()}
    >
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
    </Step>
  );
}
