// The right column: exceptions first, then everything else, then what is decided and signed.

import type { JSX } from "preact";
import { calendarDay, clockSeconds, clockTime } from "../shared/format";
import type { ChartView } from "../shared/protocol/types";
import { ErrorBox } from "../shared/ui/ErrorBox";
import type { ChartDesk } from "./chart-desk";
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
      <Head view={view} />
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
      <Log view={view} />
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

function Head(props: { view: ChartView }): JSX.Element {
  const { view } = props;
  const { identity, location, site } = view;
  return (
    <header class="chart-head">
      <h2>{identity.legal_name}</h2>
      <p>
        {view.age_years} years · born {calendarDay(identity.birth_date)} ·{" "}
        {identity.language === "es" ? "Spanish" : "English"}
      </p>
      <dl>
        <div>
          <dt>Is now at</dt>
          <dd>
            {location.street}, {location.city}, {location.jurisdiction} {location.postal_code}
          </dd>
        </div>
        <div>
          <dt>Treatment at</dt>
          <dd>
            {site.name}, {site.spa_name}, {site.city}, {site.jurisdiction}
          </dd>
        </div>
        <div>
          <dt>Phone</dt>
          <dd>{identity.phone}</dd>
        </div>
        <div>
          <dt>In an emergency</dt>
          <dd>
            {identity.emergency_name}, {identity.emergency_phone}
          </dd>
        </div>
        {view.authorities.map((each) => (
          <div key={`${each.jurisdiction}:${each.number}`}>
            <dt>You act in {each.jurisdiction} under</dt>
            <dd>
              {each.profession} {each.kind} {each.number}, valid until{" "}
              {calendarDay(each.valid_until)}
              {each.collaborating_physician !== null &&
                `, with ${each.collaborating_physician}`}
            </dd>
          </div>
        ))}
      </dl>
    </header>
  );
}

function Log(props: { view: ChartView }): JSX.Element {
  const { entries, media } = props.view;
  return (
    <>
      {media !== null && (
        <p class="gf-muted" data-testid="media-line">
          {media.line}
        </p>
      )}
      <Entries entries={entries} />
    </>
  );
}

function Entries(props: { entries: ChartView["entries"] }): JSX.Element {
  const { entries } = props;
  return (
    <details class="log" id="chart-log">
      <summary>
        Chart log, {entries.length} {entries.length === 1 ? "entry" : "entries"}
      </summary>
      <ol>
        {entries.map((entry) => (
          <li key={entry.seq} id={`entry-${entry.seq}`} tabIndex={-1} value={entry.seq}>
            <time dateTime={new Date(entry.at_ms).toISOString()} title={clockTime(entry.at_ms)}>
              {clockSeconds(entry.at_ms)}
            </time>{" "}
            {entry.summary} <span class="gf-muted">{entry.actor}</span>
          </li>
        ))}
      </ol>
    </details>
  );
}
