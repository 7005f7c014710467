// A chart of somebody else, to be read: by whom it was, or is, supervised, or in an emergency.

import type { ComponentChildren, JSX } from "preact";
import { addedBy } from "../shared/amendments";
import { dayAndTime } from "../shared/format";
import type { ChartView, DispositionView } from "../shared/protocol/types";
import { treatmentName } from "../shared/treatments";
import { Dialog } from "../shared/ui/Dialog";
import { ErrorBox } from "../shared/ui/ErrorBox";
import { Icon } from "../shared/ui/Icon";
import { Notice } from "../shared/ui/Notice";
import { ChartHead, ChartLog } from "./chart-parts";
import { CHOICES } from "./dispositions";
import { timeLeft } from "./emergency-access";
import "./emergency-access.css";
import { FlagList } from "./flag-list";
import { Intake } from "./intake";
import type { ReadingDesk } from "./reading-desk";
import { VitalsPanel } from "./vitals-panel";

/** Before ids of elements: the same parts may stand in a chart of one's own beside it. */
const IDS = "read-";

export function ChartReader(props: { reading: ReadingDesk; ringing: boolean }): JSX.Element {
  const { reading, ringing } = props;
  const access = reading.accessTo(reading.reading.value);
  const close = (): void => reading.putAway();
  return (
    <Dialog
      open={reading.reading.value !== null}
      title="Chart, to be read"
      class="chart-reader"
      onClose={close}
      testId="chart-reader"
      actions={
        <button type="button" data-testid="chart-reader-close" onClick={close}>
          Close
        </button>
      }
    >
      {ringing && (
        <Notice tone="warn" live="assertive">
          <p>A patient is ringing. Close this to answer.</p>
        </Notice>
      )}
      {access !== null && (
        <Notice tone="error">
          <p>
            <strong>Emergency access, {timeLeft(access, reading.now.value)} left.</strong> What
            you read here is in the audit log.
          </p>
        </Notice>
      )}
      <ErrorBox error={reading.chartError.value} />
      {reading.chart.value === null ? (
        reading.chartError.value === null && <p role="status">Reading the chart</p>
      ) : (
        <div class="desk-chart chart-reader-chart">
          <Chart view={reading.chart.value} />
        </div>
      )}
    </Dialog>
  );
}

function Chart(props: { view: ChartView }): JSX.Element {
  const { view } = props;
  return (
    <>
      <ChartHead view={view} own={false} />
      {view.signed_at_ms === null ? (
        <p class="gf-muted">Not signed.</p>
      ) : (
        <p>
          Signed {dayAndTime(view.signed_at_ms)}.{" "}
          <a
            href={`/api/v1/console/encounters/${view.encounter_id}/exam.pdf`}
            target="_blank"
            rel="noopener"
          >
            <Icon name="document" /> Open the PDF
          </a>
        </p>
      )}
      <Part title="Exceptions">
        <FlagList flags={view.flags} empty="Nothing flagged in the answers." />
      </Part>
      <VitalsPanel view={view} prefix={IDS} />
      <Intake view={view} prefix={IDS} />
      <Part title="Note">
        <p class="chart-reader-note" data-testid="chart-reader-note">
          {view.note === "" ? "No note was written." : view.note}
        </p>
      </Part>
      <Part title="Decisions">
        <ul class="chart-reader-decisions">
          {view.dispositions.map((one) => (
            <Decision key={one.treatment_class} one={one} />
          ))}
        </ul>
      </Part>
      {view.addenda.length > 0 && (
        <Part title="Addenda">
          <ol>
            {view.addenda.map((each, index) => (
              <li key={index}>
                {each.text}{" "}
                <small class="gf-muted">
                  {dayAndTime(each.at_ms)}, {addedBy(each, "the examiner")}
                </small>
              </li>
            ))}
          </ol>
        </Part>
      )}
      <ChartLog view={view} prefix={IDS} />
    </>
  );
}

function Part(props: { title: string; children: ComponentChildren }): JSX.Element {
  return (
    <section aria-label={props.title}>
      <h3>{props.title}</h3>
      {props.children}
    </section>
  );
}

function Decision(props: { one: DispositionView }): JSX.Element {
  const { one } = props;
  const label =
    CHOICES.find((each) => each.disposition === one.disposition)?.label ?? "Undecided";
  const words = [
    one.order_text,
    one.condition_text,
    one.conditions,
    one.reasons_text,
    one.rationale,
  ];
  return (
    <li>
      <p>
        <strong>{treatmentName(one, "en", [])}</strong>: {label}
      </p>
      {words
        .filter((each) => each !== "")
        .map((each) => (
          <p key={each} class="gf-small">
            {each}
          </p>
        ))}
    </li>
  );
}
