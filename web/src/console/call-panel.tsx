// The middle column: the patient's picture, how the call stands, and the spoken prompts.

import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { span } from "../shared/format";
import type { AccountView, ChartView, ReviewView } from "../shared/protocol/types";
import { Dialog } from "../shared/ui/Dialog";
import { Icon } from "../shared/ui/Icon";
import { Notice } from "../shared/ui/Notice";
import { VideoView } from "../shared/ui/VideoView";
import { CallChatBox } from "./call-chat-box";
import { CallWay } from "./call-way";
import type { ChartDesk } from "./chart-desk";
import type { Desk } from "./desk";
import { Interrupted } from "./interrupted";
import { Prompts } from "./prompts";
import { QualityPanel } from "./quality-panel";
import { ReviewConditions } from "./review-conditions";
import { ReviewPictures } from "./review-pictures";
import { callWords, coverWords, deviceWords } from "./words";

export function CallPanel(props: { desk: Desk; account: AccountView }): JSX.Element {
  const { desk, account } = props;
  const { setup, encounterId } = desk.state.value;
  const chart = desk.chart.value;
  const view = chart?.view.value ?? null;
  const review = view?.review ?? null;
  return (
    <section class="desk-call" aria-label="Call" id="call" tabIndex={-1}>
      {setup !== null && encounterId !== null ? (
        <Running desk={desk} encounterId={encounterId} />
      ) : (
        review === null && <NoCall desk={desk} />
      )}
      {chart !== null && view !== null && review !== null && (
        <Packet key={view.encounter_id} chart={chart} view={view} review={review} />
      )}
      {chart !== null && chart.view.value !== null && review === null && (
        <Prompts chart={chart} view={chart.view.value} account={account} />
      )}
    </section>
  );
}

/** What was sent to be reviewed, in the place of a call. */
function Packet(props: { chart: ChartDesk; view: ChartView; review: ReviewView }): JSX.Element {
  const { chart, view, review } = props;
  return (
    <>
      <ReviewPictures chart={chart} view={view} review={review} />
      {view.visit === "in_review" && <ReviewConditions chart={chart} review={review} />}
    </>
  );
}

function NoCall(props: { desk: Desk }): JSX.Element {
  const { visit } = props.desk.state.value;
  return (
    <div class="no-call">
      <Icon name="camera" />
      <p>
        {visit === "wrap_up"
          ? "The call has ended. Finish the chart, then sign or park it."
          : "No call. When you accept an offer, the patient appears here."}
      </p>
      {visit === "wrap_up" && (
        <span class="visually-hidden" data-testid="call-state" data-state="ended">
          Call ended
        </span>
      )}
    </div>
  );
}

function Running(props: { desk: Desk; encounterId: string }): JSX.Element {
  const { desk, encounterId } = props;
  const { call, setup } = desk.state.value;
  const words = callWords(call, desk.call.shown.link.value);
  const { switches } = desk.call;
  return (
    <div class="call">
      <VideoView
        class="call-video"
        remote={desk.call.shown.remote.value}
        local={desk.call.local.value}
        showLocal={switches.value.video}
        cover={coverWords(words, call)}
        onRemoteVideo={desk.call.watch}
      />
      <div class="call-bar">
        <p class="call-state">
          <span class="call-dot" data-state={words.key} aria-hidden="true" />
          <strong data-testid="call-state" data-state={words.key}>
            {words.words}
          </strong>
          <Length desk={desk} />
        </p>
        <Switches desk={desk} />
        <Leaving desk={desk} encounterId={encounterId} />
      </div>
      {words.key === "connected" && <QualityPanel call={desk.call} />}
      {setup !== null && <CallWay call={desk.call} mode={setup.mode} />}
      <CallChatBox chat={desk.chat} />
      {words.key === "reconnecting" && desk.call.patience.long.value && (
        <Interrupted desk={desk} encounterId={encounterId} />
      )}
      <Trouble desk={desk} encounterId={encounterId} />
    </div>
  );
}

function Length(props: { desk: Desk }): JSX.Element | null {
  const { desk } = props;
  const { call } = desk.state.value;
  if (call?.connected_at_ms == null || call.state === "failed") return null;
  return <span class="gf-muted">{span(desk.now.value - call.connected_at_ms)}</span>;
}

function Switches(props: { desk: Desk }): JSX.Element {
  const { call } = props.desk;
  const on = call.switches.value;
  return (
    <div class="gf-row">
      <button
        type="button"
        class="secondary"
        aria-pressed={!on.audio}
        onClick={() => void call.set({ ...on, audio: !on.audio })}
      >
        <Icon name={on.audio ? "microphone" : "microphoneOff"} />
        {on.audio ? "Mute" : "Unmute"}
      </button>
      <button
        type="button"
        class="secondary"
        aria-pressed={!on.video}
        onClick={() => void call.set({ ...on, video: !on.video })}
      >
        <Icon name={on.video ? "camera" : "cameraOff"} />
        {on.video ? "Camera off" : "Camera on"}
      </button>
    </div>
  );
}

/** Why there is no picture, and what can be done about it. */
function Trouble(props: { desk: Desk; encounterId: string }): JSX.Element | null {
  const { desk, encounterId } = props;
  const { call } = desk.state.value;
  const words = callWords(call, desk.call.shown.link.value);
  const device = desk.call.problem.value;
  if (device !== null) {
    return (
      <Notice tone="error" live="assertive" testId="device-problem">
        <p>{deviceWords(device)}</p>
        <button type="button" class="secondary" onClick={() => void desk.call.prepare()}>
          Try the camera again
        </button>
      </Notice>
    );
  }
  if (words.key === "failed") {
    return (
      <Notice tone="error" live="assertive">
        <p>{words.detail}</p>
        <button
          type="button"
          data-testid="call-retry"
          onClick={() => void desk.retryCall(encounterId)}
        >
          <Icon name="refresh" />
          Retry the call
        </button>
      </Notice>
    );
  }
  return (
    <>
      {words.detail !== null && (
        <Notice tone="warn" live="polite">
          <p>{words.detail}</p>
        </Notice>
      )}
      {call !== null && words.key === "connected" && (
        <PeerSwitches audio={call.peer_audio} video={call.peer_video} />
      )}
    </>
  );
}

function PeerSwitches(props: { audio: boolean; video: boolean }): JSX.Element | null {
  if (props.audio && props.video) return null;
  const what = [props.video ? null : "camera", props.audio ? null : "microphone"]
    .filter((each) => each !== null)
    .join(" and ");
  return (
    <Notice tone="info" live="polite">
      <p>The patient has switched the {what} off.</p>
    </Notice>
  );
}

type Question = "release" | "no_show";

const QUESTIONS: Readonly<Record<Question, { title: string; text: string; yes: string }>> = {
  release: {
    title: "Hand the patient back?",
    text: "The call ends. The patient returns to their original place in the queue, and another practitioner is offered the exam. What you charted so far stays in the record.",
    yes: "Hand back to the queue",
  },
  no_show: {
    title: "The patient did not come?",
    text: "The exam ends without a decision, and the spa is told. A new exam must be requested.",
    yes: "Record that they did not come",
  },
};

/** The ways out of a call. Hanging up is one click; the rare ones are asked about. */
function Leaving(props: { desk: Desk; encounterId: string }): JSX.Element {
  const { desk, encounterId } = props;
  const asked = useSignal<Question | null>(null);
  const ask = (question: Question): void => {
    asked.value = question;
  };
  return (
    <div class="gf-row">
      <details class="more">
        <summary>More</summary>
        <div class="more-body">
          <button
            type="button"
            class="quiet"
            data-testid="release"
            onClick={() => ask("release")}
          >
            Hand back to the queue
          </button>
          <button
            type="button"
            class="quiet"
            data-testid="no-show"
            onClick={() => ask("no_show")}
          >
            Patient did not come
          </button>
        </div>
      </details>
      <button
        type="button"
        class="danger"
        data-testid="call-hangup"
        onClick={() => void desk.hangUp(encounterId)}
      >
        <Icon name="hangUp" />
        Hang up
      </button>
      <LeaveDialog desk={desk} encounterId={encounterId} asked={asked} />
    </div>
  );
}

function LeaveDialog(props: {
  desk: Desk;
  encounterId: string;
  asked: Signal<Question | null>;
}): JSX.Element {
  const { desk, encounterId, asked } = props;
  const question = asked.value === null ? null : QUESTIONS[asked.value];
  const close = (): void => {
    asked.value = null;
  };

  function yes(): void {
    if (asked.value === "release") void desk.release(encounterId);
    if (asked.value === "no_show") void desk.noShow(encounterId);
    close();
  }

  return (
    <Dialog
      open={question !== null}
      title={question?.title ?? ""}
      onClose={close}
      actions={
        <>
          <button type="button" class="secondary" onClick={close}>
            Stay in the call
          </button>
          <button type="button" class="danger" data-testid="leave-confirm" onClick={yes}>
            {question?.yes}
          </button>
        </>
      }
    >
      <p>{question?.text}</p>
    </Dialog>
  );
}
