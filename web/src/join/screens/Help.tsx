// Help is needed now: the number, the address and what the site does, and everybody told. It gates
// nothing, and nothing gates it.

import type { JSX } from "preact";
import { t } from "../../shared/i18n";
import type { JoinStateView } from "../../shared/protocol/types";
import { ErrorBox } from "../../shared/ui/ErrorBox";
import { Icon } from "../../shared/ui/Icon";
import type { ScreenProps } from "../Step";

/** One press tells the spa and the clinician; what to do shows at once, told or not. */
export function Help({ session, view }: ScreenProps): JSX.Element {
  const { help } = session;
  const shown = help.pressed.value || view.emergency_raised;
  return (
    <>
      {shown && (
        <section
          class="join-emergency join-help-now"
          role="alert"
          aria-label={t("emergency.title")}
          data-testid="help"
        >
          <p>
            <strong>{t("emergency.title")}</strong>
          </p>
          <WhatToDo view={view} />
          <Told session={session} view={view} />
          <Call911 />
        </section>
      )}
      {!view.emergency_raised && (
        <button
          type="button"
          class="secondary"
          data-testid="help-now"
          onClick={() => void help.call()}
        >
          <Icon name="warning" />
          {t("emergency.help")}
        </button>
      )}
    </>
  );
}

/** Whether somebody knows: told, being told, or why not. */
function Told({ session, view }: ScreenProps): JSX.Element {
  const refusal = session.help.refusal.value;
  if (view.emergency_raised) {
    return <p data-testid="help-told">{t("emergency.told")}</p>;
  }
  if (refusal !== null) {
    return (
      <>
        <p data-testid="help-untold">{t("emergency.untold")}</p>
        <ErrorBox error={refusal} />
      </>
    );
  }
  const online = session.room.socketState.value === "online";
  return (
    <p data-testid="help-telling">
      {t(online ? "emergency.telling" : "emergency.tellingLater")}
    </p>
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
