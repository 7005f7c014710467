// Something that cannot wait for a video visit was answered. Said at once, with the address to
// give to 911; the exam stays reachable behind it.

import type { JSX } from "preact";
import { t } from "../../shared/i18n";
import { Icon } from "../../shared/ui/Icon";
import { type ScreenProps, Title } from "../Step";
import { Call911, WhatToDo } from "./Help";

export function Emergency({ session, view }: ScreenProps): JSX.Element {
  return (
    <section class="join-step join-emergency" role="alert" data-testid="emergency">
      <div class="join-body">
        <Icon name="warning" />
        <Title text={t("emergency.title")} />
        <p>{t("emergency.text")}</p>
        <WhatToDo view={view} />
        <p>{t("emergency.crisis")}</p>
      </div>
      <div class="join-actions">
        <Call911 />
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
