// The call: the clinician large, oneself small, three controls, and how the connection stands.

import type { JSX } from "preact";
import { t } from "../../shared/i18n";
import type { PractitionerCard } from "../../shared/protocol/types";
import { Icon } from "../../shared/ui/Icon";
import { SpokenWords } from "../../shared/ui/SpokenWords";
import { VideoView } from "../../shared/ui/VideoView";
import { AskFirst } from "../AskFirst";
import { callState } from "../call-state";
import { type ScreenProps, Title } from "../Step";
import type { JoinSession } from "../session";
import { CallChat } from "./CallChat";
import { CallMore } from "./CallMore";
import { CallQualityView } from "./CallQuality";
import { DeviceHelp } from "./DeviceHelp";
import { Interrupted } from "./Interrupted";

export function CallScreen({ session, view }: ScreenProps): JSX.Element {
  const { room } = session;
  const { practitioner, call, setup } = room.live.value;
  const state = callState({
    link: room.shown.link.value,
    call,
    socket: room.socketState.value,
    hungUp: room.hungUp.covers(setup ?? call),
  });
  const problem = room.media.problem.value;
  const lost = state === "reconnecting" || state === "peerAway";
  const over = state === "failed" || state === "left";
  const dark = state === "connected" && call?.peer_video === false;
  return (
    <section class="join-call-screen">
      <Who card={practitioner} />
      <VideoView
        class="join-video"
        remote={room.shown.remote.value}
        local={room.media.stream.value}
        showLocal={room.media.switches.value.video}
        cover={lost ? t("call.cover") : dark ? t("call.peerCameraOff") : null}
        onRemoteVideo={room.watch}
      />
      <div class="join-call-foot">
        <p class="join-call-state" role="status" data-testid="call-state" data-state={state}>
          {state === "failed" && call?.reason === "fingerprint_mismatch"
            ? t("call.spoken.ended")
            : t(`call.state.${state}`, { count: Math.round(setup?.connect_limit_s ?? 10) })}
          {dark && <span class="visually-hidden"> {t("call.peerCameraOff")}</span>}
        </p>
        {state === "connected" && <CallQualityView quality={room.quality.shown} />}
        {room.patience.long.value && <Interrupted session={session} kiosk={view.kiosk} />}
        {problem !== null && (
          <DeviceHelp problem={problem} link={session.link} placeKept={true} />
        )}
        {(over || problem !== null) && (
          <button
            type="button"
            class="join-next"
            data-testid="call-retry"
            onClick={() => void (over ? room.retry() : room.retryDevices())}
          >
            {t(state === "left" ? "call.comeBack" : "call.retry")}
          </button>
        )}
        {state !== "left" && <Controls session={session} />}
        <Words session={session} />
        <CallChat desk={room.chat} />
        <CallMore session={session} view={view} />
        <p class="gf-muted gf-small join-call-lock">
          <Icon name="lock" />
          {t(`call.spoken.${setup?.mode ?? "direct"}`)}
        </p>
      </div>
    </section>
  );
}

function Who({ card }: { card: PractitionerCard | null }): JSX.Element {
  return (
    <div class="join-who" data-testid="call-practitioner">
      <Title text={card?.display_name ?? t("call.title")} />
      {card !== null && (
        <p class="gf-muted gf-small">{[card.profession, ...card.licenses].join(" · ")}</p>
      )}
    </div>
  );
}

/** In a direct call: the words that show that nobody sits in between. */
function Words({ session }: { session: JoinSession }): JSX.Element {
  const { room } = session;
  return (
    <SpokenWords
      words={room.shown.words.value}
      relayed={room.live.value.setup?.mode === "relay"}
      title={t("call.spoken.title")}
      how={t("call.spoken.how")}
      anew={t("call.spoken.anew")}
      gone={t("call.spoken.gone")}
      same={t("call.spoken.same")}
      differ={t("call.spoken.differ")}
      onDiffer={() => room.differ()}
    />
  );
}

function Controls({ session }: { session: JoinSession }): JSX.Element {
  const { room } = session;
  const { audio, video } = room.media.switches.value;
  return (
    <div class="join-controls">
      <button
        type="button"
        class="secondary"
        aria-pressed={!audio}
        data-testid="call-mute"
        onClick={() => void room.switch({ audio: !audio, video })}
      >
        <Icon name={audio ? "microphone" : "microphoneOff"} />
        {t(audio ? "call.mute" : "call.unmute")}
      </button>
      <button
        type="button"
        class="secondary"
        aria-pressed={!video}
        data-testid="call-camera"
        onClick={() => void room.switch({ audio, video: !video })}
      >
        <Icon name={video ? "camera" : "cameraOff"} />
        {t(video ? "call.cameraOff" : "call.cameraOn")}
      </button>
      <HangUp session={session} />
    </div>
  );
}

function HangUp({ session }: { session: JoinSession }): JSX.Element {
  return (
    <AskFirst
      testId="call-hangup"
      buttonClass="danger"
      title={t("call.hangUpTitle")}
      text={t("call.hangUpText")}
      yes={t("call.hangUpYes")}
      no={t("call.hangUpNo")}
      yesClass="danger"
      onYes={() => session.room.hangUp()}
    >
      <Icon name="hangUp" />
      {t("call.hangUp")}
    </AskFirst>
  );
}
