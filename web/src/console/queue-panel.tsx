// The narrow left column: am I available, who waits, what still wants my signature.

import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { clockTime, span } from "../shared/format";
import type { UnsignedChart } from "../shared/protocol/types";
import { Icon } from "../shared/ui/Icon";
import { Notice } from "../shared/ui/Notice";
import type { Desk } from "./desk";
import { OwnFileNotice } from "./own-file";
import type { OwnFileDesk } from "./own-file-desk";
import { ReadableList } from "./readable-list";
import type { ReadingDesk } from "./reading-desk";
import { ReviewList } from "./review-list";
import { AutoAccept, ShiftPanel } from "./shift-panel";
import { SignedList } from "./signed-list";
import { isBusy, oldestWait, overdue } from "./state";
import { STATUS_WORDS, statusReasonWords } from "./words";

export const NAG_AFTER_MS = 5 * 60_000;

export function QueuePanel(props: {
  desk: Desk;
  reading: ReadingDesk;
  ownFile: OwnFileDesk;
}): JSX.Element {
  const { desk, reading, ownFile } = props;
  return (
    <section class="desk-queue" aria-label="Queue">
      <Duty desk={desk} ownFile={ownFile} />
      <Waiting desk={desk} />
      <ReviewList desk={desk} />
      <Unsigned desk={desk} />
      <SignedList desk={desk} />
      <ReadableList reading={reading} />
      <Sound desk={desk} />
      <AutoAccept desk={desk} />
      <ShiftPanel desk={desk} />
    </section>
  );
}

function Duty(props: { desk: Desk; ownFile: OwnFileDesk }): JSX.Element {
  const { desk, ownFile } = props;
  const { status, statusReason, synced, shiftEndsAtMs } = desk.state.value;
  const on = status !== "away";
  const busy = isBusy(status);
  const reason = statusReasonWords(statusReason);
  useEffect(() => void ownFile.refresh(), [ownFile]);
  const toggle = async (): Promise<void> => {
    await desk.setAvailable(!on);
    await ownFile.refresh();
  };
  return (
    <div class="duty">
      <h2>{synced ? STATUS_WORDS[status] : "Connecting"}</h2>
      <button
        type="button"
        role="switch"
        class="duty-switch"
        aria-checked={on}
        data-testid="duty-toggle"
        data-status={status}
        disabled={!synced || busy}
        onClick={() => void toggle()}
      >
        <span class="duty-knob" aria-hidden="true" />
        Take offers
      </button>
      {on && shiftEndsAtMs !== null && (
        <p class="gf-small" data-testid="shift-until">
          Your shift goes until {clockTime(shiftEndsAtMs)}.
        </p>
      )}
      {busy && (
        <p class="gf-small gf-muted">
          {status === "wrap_up"
            ? "Sign or park the chart to be offered patients again."
            : "You can change this after the call."}
        </p>
      )}
      {reason !== null && (
        <Notice tone="warn" live="polite">
          <p>{reason}</p>
        </Notice>
      )}
      <OwnFileNotice desk={ownFile} />
    </div>
  );
}

function Waiting(props: { desk: Desk }): JSX.Element {
  const { desk } = props;
  const state = desk.state.value;
  const oldest = oldestWait(state, desk.now.value);
  return (
    <div class="waiting">
      <h2>Waiting for you</h2>
      <dl class="figures">
        <div>
          <dt>Patients you may serve</dt>
          <dd>{state.queue.waiting}</dd>
        </div>
        <div>
          <dt>Longest wait</dt>
          <dd>{oldest === null ? "–" : span(oldest)}</dd>
        </div>
        <div>
          <dt>Practitioners available</dt>
          <dd>{state.queue.practitioners_available}</dd>
        </div>
      </dl>
    </div>
  );
}

function Unsigned(props: { desk: Desk }): JSX.Element {
  const { desk } = props;
  const { unsigned } = desk.state.value;
  const late = overdue(unsigned, desk.now.value, NAG_AFTER_MS);
  return (
    <div class="unsigned">
      <h2>Unsigned charts</h2>
      {late.length > 0 && (
        <Notice tone="warn" live="polite" testId="unsigned-nag">
          <p>
            {late.length === 1
              ? "1 chart has waited more than 5 minutes for your signature."
              : `${late.length} charts have waited more than 5 minutes for your signature.`}
          </p>
        </Notice>
      )}
      {unsigned.length === 0 ? (
        <p class="gf-muted gf-small">Nothing to sign.</p>
      ) : (
        <ul class="unsigned-list">
          {unsigned.map((chart) => (
            <UnsignedRow key={chart.encounter_id} desk={desk} chart={chart} />
          ))}
        </ul>
      )}
    </div>
  );
}

function UnsignedRow(props: { desk: Desk; chart: UnsignedChart }): JSX.Element {
  const { desk, chart } = props;
  const isOpen = desk.chart.value?.encounterId === chart.encounter_id;
  const since = chart.ended_at_ms === null ? null : desk.now.value - chart.ended_at_ms;
  return (
    <li>
      <button
        type="button"
        class="secondary unsigned-row"
        aria-current={isOpen ? "true" : undefined}
        data-testid={`unsigned-${chart.encounter_id}`}
        onClick={() => void desk.open(chart.encounter_id)}
      >
        <span class="unsigned-name">{chart.patient_name}</span>
        <span class="gf-small">
          {chart.parked ? "Parked" : chart.visit === "in_progress" ? "In the exam" : "Wrap-up"}
          {chart.ended_at_ms !== null && `, call ended ${clockTime(chart.ended_at_ms)}`}
        </span>
        {since !== null && since >= NAG_AFTER_MS && (
          <span class="unsigned-late">
            <Icon name="clock" /> {span(since)} unsigned
          </span>
        )}
      </button>
    </li>
  );
}

function Sound(props: { desk: Desk }): JSX.Element {
  const { alerts } = props.desk;
  return (
    <div class="sound">
      <label class="gf-check">
        <input
          type="checkbox"
          checked={!alerts.muted.value}
          onChange={(event) => alerts.setMuted(!event.currentTarget.checked)}
        />
        <span>Ring aloud</span>
      </label>
      {alerts.soundBlocked.value && (
        <button type="button" class="secondary" onClick={() => void alerts.arm()}>
          <Icon name="speaker" /> Allow the sound
        </button>
      )}
    </div>
  );
}
