// The rules permit no exam of this, here: said before the health questions, with the reason, with
// what can be changed, and with who can help. It promises nothing that is not known.

import type { JSX } from "preact";
import { language, t } from "../../shared/i18n";
import { jurisdictionName } from "../../shared/jurisdictions";
import { treatmentName } from "../../shared/treatments";
import { Icon } from "../../shared/ui/Icon";
import { type ScreenProps, Title } from "../Step";

const SAID: ReadonlySet<string> = new Set([
  "not_served",
  "in_person",
  "controlled",
  "minor",
  "stale_rules",
  "questionnaire_unsigned",
]);

export function NotServed({ session, view }: ScreenProps): JSX.Element {
  const coverage = view.coverage;
  const reason = coverage?.reason ?? "";
  const waiting = view.visit === "waiting";
  const unserved = view.treatments.filter((one) =>
    coverage?.unserved.includes(one.treatment_class),
  );
  const places = (coverage?.places ?? []).map(jurisdictionName);
  return (
    <section class="join-step" data-testid="not-served">
      <div class="join-body">
        <Icon name="warning" />
        <Title text={t("notServed.title")} />
        <p>{t(`notServed.why.${SAID.has(reason) ? reason : "other"}`)}</p>
        <dl class="join-summary">
          {places.length > 0 && <dt>{t("notServed.where")}</dt>}
          {places.map((name) => (
            <dd key={name}>{name}</dd>
          ))}
          <dt>{t("notServed.what")}</dt>
          {(unserved.length > 0 ? unserved : view.treatments).map((one) => (
            <dd key={one.treatment_class}>
              {treatmentName(one, language.value, view.treatment_options)}
            </dd>
          ))}
        </dl>
        <p>{t(waiting ? "notServed.placeKept" : "notServed.answersKept")}</p>
        <p>{t("notServed.staff")}</p>
      </div>
      <div class="join-actions">
        <button
          type="button"
          class="join-next"
          data-testid="not-served-location"
          onClick={() => {
            session.back.value = "location";
          }}
        >
          {t("notServed.changeLocation")}
        </button>
        {!waiting && (
          <button
            type="button"
            class="secondary join-next"
            data-testid="not-served-treatments"
            onClick={() => {
              session.back.value = "treatments";
            }}
          >
            {t("notServed.changeTreatments")}
          </button>
        )}
      </div>
    </section>
  );
}
