// Help is needed now: the number, the address and what the site does, and everybody told. It gates
// nothing, and nothing gates it.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { t } from "../../shared/i18n";
import type { JoinStateView } from "../../shared/protocol/types";
import { Icon } from "../../shared/ui/Icon";
import { callForHelp } from "../gates";
import type { ScreenProps } from "../Step";

/** One press tells the spa and the clinician; what to do shows at once, told or not. */
export function Help({ session, view }: ScreenProps): JSX.Element {
  const pressed = useSignal(false);
  const shown = pressed.value || view.emergency_raised;
  return (
    <>
      {shown && (
        <section
          class="join-emergency join-help"
          role="alert"
          aria-label={t("emergency.title")}
          data-testid="help"
        >
          <p>
            <strong>{t("emergency.title")}</strong>
          </p>
          <WhatToDo view={view} />
          <p data-testid={view.emergency_raised ? "help-told" : "help-telling"}>
            {t(view.emergency_raised ? "emergency.told" : "emergency.telling")}
          </p>
          <Call911 />
        </section>
      )}
      {!view.emergency_raised && (
        <button
          type="button"
          class="secondary"
          data-testid="help-now"
          onClick={() => {
            pressed.value = true;
            void callForHelp(session);
          }}
        >
          <Icon name="warning" />
          {t("emergency.help")}
        </button>
      )}
    </>
  );
}

/** The address for 911, and the steps of the people on site. */
export function WhatToDo({ view }: { view: JoinStateView }): JSX.Element {
  const here = view.location ?? view.site;
  const atSite = view.location?.at_site !== false;
  return (
    <>
      <p>
        <strong>{t("emergency.address")}</strong>
      </p>
      <address data-testid="emergency-address">
        {atSite && (
          <>
            {view.site.name}
            <br />
          </>
        )}
        {here.street}
        <br />
        {here.city}, {here.jurisdiction} {here.postal_code}
      </address>
      {atSite && (
        <p data-testid="emergency-steps">
          <strong>{t("emergency.staff")}</strong>{" "}
          {view.emergency_steps === "" ? t("emergency.steps") : view.emergency_steps}
        </p>
      )}
    </>
  );
}

export function Call911(): JSX.Element {
  return (
    <a href="tel:911" class="gf-button danger join-next" data-testid="emergency-call">
      {t("emergency.call")}
    </a>
  );
}
