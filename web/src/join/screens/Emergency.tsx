// Something that cannot wait for a video visit was answered. Said at once, with the address to
// give to 911; the exam stays reachable behind it.

import type { JSX } from "preact";
import { t } from "../../shared/i18n";
import { Icon } from "../../shared/ui/Icon";
import { type ScreenProps, Title } from "../Step";

export function Emergency({ session, view }: ScreenProps): JSX.Element {
  const here = view.location ?? view.site;
  return (
    <section class="join-step join-emergency" role="alert" data-testid="emergency">
      <div class="join-body">
        <Icon name="warning" />
        <Title text={t("emergency.title")} />
        <p>{t("emergency.text")}</p>
        <p>
          <strong>{t("emergency.address")}</strong>
        </p>
        <address>
          {view.location?.at_site === false ? null : (
            <>
              {view.site.name}
              <br />
            </>
          )}
          {here.street}
          <br />
          {here.city}, {here.jurisdiction} {here.postal_code}
        </address>
        <p>{t("emergency.crisis")}</p>
      </div>
      <div class="join-actions">
        <a href="tel:911" class="gf-button danger join-next" data-testid="emergency-call">
          {t("emergency.call")}
        </a>
        <button
          type="button"
          class="secondary join-next"
          data-testid="emergency-continue"
          onClick={() => {
            session.emergencyRead.value = true;
          }}
        >
          {t("emergency.continue")}
        </button>
      </div>
    </section>
  );
}
