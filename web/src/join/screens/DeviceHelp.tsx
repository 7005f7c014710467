// What to do when the camera does not open: exact, for this browser, with the place kept.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { t } from "../../shared/i18n";
import { type DeviceProblem, thisBrowser } from "../../shared/rtc/devices";
import { Icon } from "../../shared/ui/Icon";
import { Notice } from "../../shared/ui/Notice";

export interface DeviceHelpProps {
  readonly problem: DeviceProblem;
  /** `link` to open elsewhere, for browsers inside apps. */
  readonly link: string;
  /** Whether a place in line is being kept meanwhile. */
  readonly placeKept: boolean;
}

export function DeviceHelp({ problem, link, placeKept }: DeviceHelpProps): JSX.Element {
  const { platform, inApp } = thisBrowser();
  const kept = t(placeKept ? "help.placeKept" : "help.answersKept");
  if (problem === "in_app_browser") {
    return (
      <>
        <InAppHelp link={link} app={inApp ?? "app"} />
        <p>{kept}</p>
      </>
    );
  }
  const steps = [1, 2, 3].map(
    (step) => `help.${problem}.${problem === "denied" ? `${platform}.` : ""}${step}`,
  );
  return (
    <Notice tone="warn" live="assertive" testId={`device-${problem}`}>
      <p>
        <strong>{t(`help.${problem}.title`)}</strong>
      </p>
      <ol class="join-help">
        {steps.map((key) => (
          <li key={key}>{t(key)}</li>
        ))}
      </ol>
      <p>{kept}</p>
    </Notice>
  );
}

/** This page is inside another app, where cameras often do not work: how to get out of it. */
export function InAppHelp({ link, app }: { link: string; app: string }): JSX.Element {
  const { platform } = thisBrowser();
  const copied = useSignal<"no" | "yes" | "failed">("no");
  const hasSecret = link.includes("#");
  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(link);
      copied.value = "yes";
    } catch {
      copied.value = "failed";
    }
  }
  const browser = t(platform === "ios" ? "help.inApp.safari" : "help.inApp.chrome");
  return (
    <Notice tone="warn" live="polite" testId="in-app">
      <p>
        <strong>
          {t("help.inApp.title", { app: app === "app" ? t("help.inApp.app") : app })}
        </strong>
      </p>
      <p>{t(`help.inApp.${platform === "ios" ? "ios" : "android"}`, { browser })}</p>
      {hasSecret ? (
        <button
          type="button"
          class="secondary"
          data-testid="copy-link"
          onClick={() => void copy()}
        >
          <Icon name="copy" />
          {t(copied.value === "yes" ? "help.inApp.copied" : "help.inApp.copy", { browser })}
        </button>
      ) : (
        <p>{t("help.inApp.again", { browser })}</p>
      )}
      {copied.value === "failed" && <p role="alert">{t("help.inApp.failed")}</p>}
    </Notice>
  );
}
