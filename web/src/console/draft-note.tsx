// The chart in the order of a clinical note: whose word each line is, and the entries that say it.

import type { JSX } from "preact";
import type { ChartView, DraftLineView, DraftSectionView } from "../shared/protocol/types";
import { focusOn } from "./focus";

const TITLES: Readonly<Record<DraftSectionView["title"], string>> = {
  history: "History",
  findings: "Findings",
  assessment: "Assessment",
  plan: "Plan",
};
const WHOSE: Readonly<Record<DraftLineView["by"], string>> = {
  practitioner: "you",
  patient: "patient",
  staff: "staff",
  system: "computed",
};

export function DraftNote(props: { view: ChartView }): JSX.Element | null {
  const { view } = props;
  if (view.draft.length === 0) return null;
  const summaries = new Map(view.entries.map((each) => [each.seq, each.summary]));
  return (
    <details class="draft" data-testid="draft" open={view.visit !== "in_progress"}>
      <summary>Draft from the chart</summary>
      <p class="gf-muted gf-small">
        Made from the entries alone. Your words and the patient's stand as they were written;
        each number opens the entry that says it.
      </p>
      {view.draft.map((section) => (
        <section key={section.title} aria-labelledby={`draft-${section.title}`}>
          <h4 id={`draft-${section.title}`}>{TITLES[section.title]}</h4>
          <ul>
            {section.lines.map((line, at) => (
              <Line key={at} line={line} summaries={summaries} />
            ))}
          </ul>
        </section>
      ))}
    </details>
  );
}

function Line(props: {
  line: DraftLineView;
  summaries: ReadonlyMap<number, string>;
}): JSX.Element {
  const { line, summaries } = props;
  return (
    <li data-by={line.by}>
      <span class="draft-text">
        {line.label !== "" && <b>{line.label}: </b>}
        {line.text} <span class="draft-by">{WHOSE[line.by]}</span>
      </span>
      <span class="draft-sources">
        {line.entries.map((seq) => (
          <button
            key={seq}
            type="button"
            class="quiet"
            aria-label={`Entry ${seq}: ${summaries.get(seq) ?? "of the chart log"}`}
            title={summaries.get(seq)}
            data-testid="draft-source"
            onClick={() => openEntry(seq)}
          >
            {seq}
          </button>
        ))}
      </span>
    </li>
  );
}

/** Open the chart's log at one entry. */
function openEntry(seq: number): void {
  const log = document.getElementById("chart-log");
  if (log instanceof HTMLDetailsElement) log.open = true;
  focusOn(`entry-${seq}`);
}
