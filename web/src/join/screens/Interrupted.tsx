// The call has been gone for a while: wait on, go on elsewhere, or be called back. Nothing is
// decided for the patient, and nothing is lost by waiting.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { t } from "../../shared/i18n";
import { ErrorBox } from "../../shared/ui/ErrorBox";
import { useArrivalFocus } from "../../shared/ui/focus";
import { Icon } from "../../shared/ui/Icon";
import type { JoinSession } from "../session";

export interface InterruptedProps {
  readonly session: JoinSession;
  readonly kiosk: boolean;
}

export function Interrupted({ session, kiosk }: InterruptedProps): JSX.Element {
  const title = useArrivalFocus<HTMLHeadingElement>();
  return (
    <section class="join-lost" aria-labelledby="lost-title" data-testid="call-lost">
      <div role="status">
        <h2 id="lost-title" ref={title} tabIndex={-1}>
          {t("call.lost.title")}
        </h2>
        <p>{t("call.lost.lead")}</p>
      </div>
      <ErrorBox error={session.error.value} />
      <ul>
        <li>
          <button
            type="button"
            data-testid="lost-wait"
            aria-describedby="lost-wait-text"
            onClick={() => session.room.patience.keepWaiting()}
          >
            <Icon name="clock" />
            {t("call.lost.wait")}
          </button>
          <p id="lost-wait-text">{t("call.lost.waitText")}</p>
        </li>
        <li>
          <OtherDevice session={session} kiosk={kiosk} />
        </li>
        <li>
          <button
            type="button"
            class="secondary"
            data-testid="lost-callback"
            aria-describedby="lost-callback-text"
            aria-disabled={session.busy.value}
            onClick={() => void session.callBack()}
          >
            <Icon name="phone" />
            {t("call.lost.callback")}
          </button>
          <p id="lost-callback-text">{t("call.lost.callbackText")}</p>
        </li>
      </ul>
    </section>
  );
}

function OtherDevice({ session, kiosk }: InterruptedProps): JSX.Element {
  const open = useSignal(false);
  return (
    <>
      <button
        type="button"
        class="secondary"
        data-testid="lost-device"
        aria-expanded={open.value}
        aria-controls="lost-device-text"
        onClick={() => {
          open.value = !open.value;
        }}
      >
        <Icon name="link" />
        {t("call.lost.device")}
      </button>
      <div id="lost-device-text" hidden={!open.value}>
        {kiosk ? <p>{t("call.lost.deviceKiosk")}</p> : <OwnLink session={session} />}
      </div>
    </>
  );
}

/** The link itself while this page still knows it; after a reload only the message has it. */
function OwnLink({ session }: { session: JoinSession }): JSX.Element {
  const copied = useSignal<"no" | "yes" | "failed">("no");
  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(session.link);
      copied.value = "yes";
    } catch {
      copied.value = "failed";
    }
  }
  return (
    <>
      <p>{t("call.lost.deviceText")}</p>
      {session.hasLink ? (
        <>
          <code class="join-lost-link" data-testid="lost-link">
            {session.link}
          </code>
          <button
            type="button"
            class="secondary"
            data-testid="lost-copy"
            onClick={() => void copy()}
          >
            <Icon name="copy" />
            {t(copied.value === "yes" ? "call.lost.copied" : "call.lost.copy")}
          </button>
          {copied.value === "failed" && <p role="alert">{t("call.lost.copyFailed")}</p>}
        </>
      ) : (
        <p>{t("call.lost.deviceMessage")}</p>
      )}
    </>
  );
}
