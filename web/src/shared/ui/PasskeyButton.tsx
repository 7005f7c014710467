// The first way in: a passkey, and the line that parts it from the second.

import type { JSX } from "preact";
import { t } from "../i18n";
import type { PasskeySignIn } from "../passkey-sign-in";
import { Icon } from "./Icon";
import "./passkey-button.css";

export function PasskeyButton(props: {
  passkeys: PasskeySignIn;
  /** What stands below it. */
  second: "password" | "recovery";
}): JSX.Element {
  const { passkeys, second } = props;
  return (
    <>
      <button
        type="button"
        class="passkey-button"
        data-testid="sign-in-passkey"
        aria-disabled={passkeys.busy.value}
        onClick={() => void passkeys.press()}
      >
        <Icon name="key" />
        {passkeys.busy.value ? t("shared.signIn.passkeyBusy") : t("shared.signIn.passkey")}
      </button>
      <p class="passkey-or gf-muted gf-small">{t(`shared.signIn.or.${second}`)}</p>
    </>
  );
}
