// The device test. Its purpose is said before the browser asks for the camera; then a
// preview, a meter, a tone, and beside them the network test, which nobody waits for. The
// camera goes off again when the test is done.

import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { t } from "../../shared/i18n";
import type { DeviceTestForm } from "../../shared/protocol/types";
import { meterLevel, playTone } from "../../shared/rtc/devices";
import { testNetwork } from "../../shared/rtc/network";
import { advice, type NetworkResult, UNTESTED } from "../../shared/rtc/probe";
import { Icon } from "../../shared/ui/Icon";
import { Notice } from "../../shared/ui/Notice";
import { OwnVideo } from "../../shared/ui/VideoView";
import { type ScreenProps, Step } from "../Step";
import type { JoinSession } from "../session";
import { DeviceHelp } from "./DeviceHelp";

type Speaker = DeviceTestForm["speaker"];

const HEARD_LEVEL = 0.12;

export function Device({ session }: ScreenProps): JSX.Element {
  const { media } = session.room;
  const stream = media.stream.value;
  const heard = useSignal(false);
  const speaker = useSignal<Speaker>("untested");
  const network = useSignal<NetworkResult>(UNTESTED);
  useEffect(() => () => media.release(), [media]);
  if (stream === null) {
    return <Before session={session} />;
  }
  return (
    <Step
      session={session}
      part="test"
      title={t("device.check")}
      nextLabel={t("device.continue")}
      nextTestId="device-continue"
      onNext={() => {
        void session.putDeviceTest({
          camera: "ok",
          microphone: heard.value ? "ok" : "silent",
          speaker: speaker.value,
          ...network.value,
        });
      }}
    >
      <div class="join-preview">
        <OwnVideo stream={stream} />
      </div>
      <Meter stream={stream} heard={heard} />
      <SpeakerTest speaker={speaker} />
      <NetworkTest session={session} network={network} />
    </Step>
  );
}

/** Nothing is open yet: what for, and what barred it the last time. */
function Before({ session }: { session: JoinSession }): JSX.Element {
  const { media } = session.room;
  const problem = media.problem.value;
  const opening = useSignal(false);
  const label = opening.value ? "opening" : problem === null ? "start" : "again";
  async function open(): Promise<void> {
    opening.value = true;
    await media.acquire();
    opening.value = false;
  }
  return (
    <Step
      session={session}
      part="before"
      title={t("device.title")}
      lead={t("device.purpose")}
      disabled={opening.value}
      nextLabel={t(`device.${label}`)}
      nextTestId="device-start"
      onNext={() => void open()}
    >
      {problem === null ? (
        <Notice>
          <p>{t("device.prompt")}</p>
        </Notice>
      ) : (
        <DeviceHelp problem={problem} link={session.link} placeKept={false} />
      )}
    </Step>
  );
}

function Meter({
  stream,
  heard,
}: {
  stream: MediaStream;
  heard: Signal<boolean>;
}): JSX.Element {
  const meter = useRef<HTMLMeterElement>(null);
  useEffect(
    () =>
      meterLevel(stream, (level) => {
        if (meter.current !== null) {
          meter.current.value = level;
        }
        if (level >= HEARD_LEVEL) {
          heard.value = true;
        }
      }),
    [stream, heard],
  );
  return (
    <div class="join-test">
      <Icon name="microphone" />
      <div>
        <p>{t(heard.value ? "device.micHeard" : "device.micSpeak")}</p>
        <meter ref={meter} min={0} max={1} value={0} aria-label={t("device.micLevel")} />
      </div>
      {heard.value && <Icon name="check" label={t("device.works")} />}
    </div>
  );
}

function NetworkTest(props: {
  session: JoinSession;
  network: Signal<NetworkResult>;
}): JSX.Element | null {
  const { session, network } = props;
  const running = useSignal(true);
  useEffect(() => {
    const left = new AbortController();
    void session
      .iceServers()
      .then((servers) => testNetwork(servers, left.signal))
      .then((result) => {
        if (!left.signal.aborted) {
          network.value = result;
        }
      })
      .catch(() => undefined)
      .finally(() => {
        running.value = false;
      });
    return () => left.abort();
  }, [session, network, running]);
  const found = running.value ? "checking" : advice(network.value);
  if (found === null) {
    return null;
  }
  return (
    <div class="join-test" data-testid="network-test" data-state={found}>
      <Icon name={found === "blocked" ? "warning" : "refresh"} />
      <p role="status">{t(`device.network.${found}`)}</p>
      {found === "good" && <Icon name="check" label={t("device.works")} />}
    </div>
  );
}

function SpeakerTest({ speaker }: { speaker: Signal<Speaker> }): JSX.Element {
  const played = useSignal(false);
  async function play(): Promise<void> {
    await playTone().catch(() => undefined);
    played.value = true;
  }
  return (
    <div class="join-test">
      <Icon name="speaker" />
      <div>
        <p>{t(played.value ? "device.hear" : "device.speaker")}</p>
        <div class="gf-row">
          <button
            type="button"
            class="secondary"
            data-testid="speaker-play"
            onClick={() => void play()}
          >
            {t(played.value ? "device.playAgain" : "device.play")}
          </button>
          {played.value &&
            (["ok", "not_heard"] as const).map((answer) => (
              <button
                key={answer}
                type="button"
                class="secondary"
                data-testid={`speaker-${answer}`}
                aria-pressed={speaker.value === answer}
                onClick={() => {
                  speaker.value = answer;
                }}
              >
                {t(answer === "ok" ? "health.yes" : "health.no")}
              </button>
            ))}
        </div>
        {speaker.value === "not_heard" && <p role="status">{t("device.speakerHelp")}</p>}
      </div>
      {speaker.value === "ok" && <Icon name="check" label={t("device.works")} />}
    </div>
  );
}
