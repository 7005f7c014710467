// The waiting room: a range, a place that is kept, a camera that is off until someone answers.

import type { JSX } from "preact";
import { t } from "../../shared/i18n";
import type { WaitEstimate } from "../../shared/protocol/types";
import { ErrorBox } from "../../shared/ui/ErrorBox";
import { Icon } from "../../shared/ui/Icon";
import { LiveRegion } from "../../shared/ui/Notice";
import { OwnVideo } from "../../shared/ui/VideoView";
import { AskFirst } from "../AskFirst";
import { leaveQueue } from "../gates";
import { type ScreenProps, Title } from "../Step";
import type { JoinSession } from "../session";
import { waitSentence } from "../wait";
import { DeviceHelp } from "./DeviceHelp";
import { Help } from "./Help";
import { AskCallback, openingAt } from "./NotNow";
import { Withdraw } from "./Withdraw";

export function Waiting({ session, view }: ScreenProps): JSX.Element {
  const { ringing, wait } = session.room.live.value;
  const offline = session.room.socketState.value !== "online";
  const status = t(ringing ? "waiting.ringing" : "waiting.looking");
  return (
    <section class="join-step" data-testid="waiting">
      <div class="join-body">
        <Title text={t(ringing ? "waiting.ringingTitle" : "waiting.title")} />
        <LiveRegion text={offline ? "" : `${status} ${sentence(wait)}`} />
        <p class="join-range" data-testid="wait-range">
          {sentence(wait)}
        </p>
        <ul class="join-facts">
          <li>
            <Icon name="check" />
            {t("waiting.place")}
          </li>
          <li>
            <Icon name={ringing ? "camera" : "cameraOff"} />
            {t(ringing ? "waiting.cameraForYou" : "waiting.cameraOff")}
          </li>
          <li>
            <Icon name="clock" />
            {t("waiting.keepOpen")}
          </li>
        </ul>
        {wait?.kind === "nobody_on_duty" && <p class="gf-muted">{t("waiting.orCallback")}</p>}
        <Preview session={session} />
      </div>
      <div class="join-actions">
        <ErrorBox error={session.error.value} />
        {wait?.kind === "nobody_on_duty" && <AskCallback session={session} large={false} />}
        <Help session={session} view={view} />
        <Leave session={session} />
        <Withdraw session={session} view={view} when="waiting" />
      </div>
    </section>
  );
}

function sentence(wait: WaitEstimate | null): string {
  const { key, values } = waitSentence(wait, openingAt);
  return t(key, values);
}

/** Somebody is being rung: the own picture, for the patient only, or what bars the camera. */
function Preview({ session }: { session: JoinSession }): JSX.Element | null {
  const { media } = session.room;
  if (media.problem.value !== null) {
    return (
      <>
        <DeviceHelp problem={media.problem.value} link={session.link} placeKept={true} />
        <button
          type="button"
          class="secondary"
          data-testid="device-retry"
          onClick={() => void session.room.retryDevices()}
        >
          {t("device.again")}
        </button>
      </>
    );
  }
  return media.stream.value === null ? null : (
    <div class="join-preview">
      <OwnVideo stream={media.stream.value} />
    </div>
  );
}

function Leave({ session }: { session: JoinSession }): JSX.Element {
  return (
    <AskFirst
      testId="leave"
      buttonClass="secondary join-next"
      title={t("waiting.leaveTitle")}
      text={t("waiting.leaveText")}
      yes={t("waiting.leaveYes")}
      no={t("waiting.leaveNo")}
      yesClass="secondary"
      onYes={() => void leaveQueue(session)}
    >
      {t("waiting.leave")}
    </AskFirst>
  );
}
