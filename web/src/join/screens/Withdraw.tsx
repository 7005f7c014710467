// Taking consent back: possible at any time, asked once, never argued with.

import type { JSX } from "preact";
import { t } from "../../shared/i18n";
import { Notice } from "../../shared/ui/Notice";
import { AskFirst } from "../AskFirst";
import { withdraw } from "../gates";
import type { ScreenProps } from "../Step";

/** `when` says what follows: in line, in the call, or afterwards. */
export function Withdraw(
  props: ScreenProps & { when: "waiting" | "call" | "sent" | "after" },
): JSX.Element {
  const { session, view, when } = props;
  if (view.consent_withdrawn) {
    return (
      <Notice tone="info" live="polite" testId="consent-withdrawn">
        <p>{t("withdraw.done")}</p>
      </Notice>
    );
  }
  return (
    <AskFirst
      testId="withdraw"
      buttonClass="quiet"
      title={t("withdraw.title")}
      text={t(`withdraw.${when}`)}
      yes={t("withdraw.yes")}
      no={t("withdraw.no")}
      yesClass="secondary"
      onYes={() => void withdraw(session)}
    >
      {t("withdraw.ask")}
    </AskFirst>
  );
}
