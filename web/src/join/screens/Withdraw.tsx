// Taking consent back: possible at any time, asked once, never argued with.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { t } from "../../shared/i18n";
import { Dialog } from "../../shared/ui/Dialog";
import { Notice } from "../../shared/ui/Notice";
import { withdraw } from "../gates";
import type { ScreenProps } from "../Step";

/** `when` says what follows: in line, in the call, or afterwards. */
export function Withdraw(
  props: ScreenProps & { when: "waiting" | "call" | "sent" | "after" },
): JSX.Element {
  const { session, view, when } = props;
  const asking = useSignal(false);
  const stay = (): void => {
    asking.value = false;
  };
  if (view.consent_withdrawn) {
    return (
      <Notice tone="info" live="polite" testId="consent-withdrawn">
        <p>{t("withdraw.done")}</p>
      </Notice>
    );
  }
  return (
    <>
      <button
        type="button"
        class="quiet"
        data-testid="withdraw"
        onClick={() => {
          asking.value = true;
        }}
      >
        {t("withdraw.ask")}
      </button>
      <Dialog
        open={asking.value}
        title={t("withdraw.title")}
        onClose={stay}
        actions={
          <>
            <button
              type="button"
              class="secondary"
              data-testid="withdraw-confirm"
              onClick={() => {
                stay();
                void withdraw(session);
              }}
            >
              {t("withdraw.yes")}
            </button>
            <button type="button" data-testid="withdraw-cancel" onClick={stay}>
              {t("withdraw.no")}
            </button>
          </>
        }
      >
        <p>{t(`withdraw.${when}`)}</p>
      </Dialog>
    </>
  );
}
