// The right column: exceptions first, then everything else, then what is decided and signed.

import type { JSX } from "preact";
import type { ChartView } from "../shared/protocol/types";
import { ErrorBox } from "../shared/ui/ErrorBox";
import type { ChartDesk } from "./chart-desk";
import { ChartHead, ChartLog } from "./chart-parts";
import { DecisionRows } from "./decision-rows";
import type { Desk } from "./desk";
import { DraftNote } from "./draft-note";
import { EmergencyPanel } from "./emergency-panel";
import { FlagList } from "./flag-list";
import { FlagReasons } from "./flag-reasons";
import { Intake } from "./intake";
import { NoteBox } from "./note-box";
import { OwnWords } from "./own-words";
import { SignArea } from "./sign-area";
import { SignedArea } from "./signed-area";
import { Since } from "./since";
import { VitalsPanel } from "./vitals-panel";

export function ChartPanel(props: { desk: Desk }): JSX.Element {
  const { desk } = props;
  const chart = desk.chart.value;
  return (
    <section class="desk-chart" aria-label="Chart" id="chart" tabIndex={-1}>
      {chart === null ? (
        <p class="gf-muted no-chart">No chart is open.</p>
      ) : (
        <OpenChart key={chart.encounterId} desk={desk} chart={chart} />
      )}
    </section>
  );
}

function OpenChart(props: { desk: Desk; chart: ChartDesk }): JSX.Element {
  const { desk, chart } = props;
  const view = chart.view.value;
  const online = desk.link.state.value === "online";
  if (view === null) {
    return chart.problem.value === null ? (
      <p class="gf-muted" role="status">
        Reading the chart
      </p>
    ) : (
      <ErrorBox error={chart.problem.value} onRetry={() => void chart.load()} />
    );
  }
  const signed = view.signed_at_ms !== null;
  return (
    <>
      <ErrorBox error={chart.problem.value} onRetry={() => void chart.load()} />
      <EmergencyPanel chart={chart} view={view} />
      <ChartHead view={view} own />
      {signed && <SignedArea desk={desk} chart={chart} view={view} />}
      <Since since={view.since} />
      <section aria-labelledby="exceptions">
        <h3 id="exceptions">Exceptions</h3>
        <FlagList flags={view.flags} empty="Nothing flagged in the answers." />
      </section>
      <VitalsPanel view={view} />
      <OwnWords chart={chart} view={view} />
      <Intake view={view} onAll={() => void readAnswers(chart, view)} />
      <NoteBox chart={chart} online={online} signed={signed} />
      <DraftNote view={view} />
      <FlagReasons chart={chart} view={view} />
      <DecisionRows chart={chart} view={view} />
      {!signed && <SignArea desk={desk} chart={chart} view={view} />}
      <ChartLog view={view} />
    </>
  );
}

/** In a review the answers are one of the things that are opened, and that is logged. */
async function readAnswers(chart: ChartDesk, view: ChartView): Promise<void> {
  const answers = view.review?.items.find((each) => each.kind === "answers");
  if (view.visit !== "in_review" || answers === undefined || answers.opened) return;
  await chart.act({
    type: "review.open",
    encounter_id: chart.encounterId,
    item: answers.key,
  });
}
