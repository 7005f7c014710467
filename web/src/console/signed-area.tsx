// After the signature: the confirmation, the PDF, and addenda, which are all that may follow.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { addedBy } from "../shared/amendments";
import { clockSeconds, dayAndTime } from "../shared/format";
import type { AmendmentView, ChartView } from "../shared/protocol/types";
import { AreaField } from "../shared/ui/Field";
import { Icon } from "../shared/ui/Icon";
import { Notice } from "../shared/ui/Notice";
import type { ChartDesk } from "./chart-desk";
import { Covers } from "./covers-panel";
import type { Desk } from "./desk";
import { explain } from "./words";

const ADDENDUM_MAX = 4_000;

export function SignedArea(props: {
  desk: Desk;
  chart: ChartDesk;
  view: ChartView;
}): JSX.Element {
  const { desk, chart, view } = props;
  return (
    <section class="signed" id="signed" tabIndex={-1} aria-label="Signed exam">
      <Notice tone="ok" live="polite" testId="signed-banner">
        <p>
          <strong>
            Signed {view.signed_at_ms === null ? "" : clockSeconds(view.signed_at_ms)}.
          </strong>{" "}
          The spa has the result. The chart is sealed; only addenda can follow.
        </p>
        <div class="gf-row">
          <a
            href={`/api/v1/console/encounters/${view.encounter_id}/exam.pdf`}
            target="_blank"
            rel="noopener"
            data-testid="open-pdf"
          >
            <Icon name="document" /> Open the PDF
          </a>
          <button
            type="button"
            class="secondary"
            data-testid="chart-close"
            onClick={() => void desk.closeChart()}
          >
            Done
          </button>
        </div>
      </Notice>
      <Covers view={view} onEnded={() => chart.reread()} />
      <Addenda chart={chart} addenda={view.addenda} />
    </section>
  );
}

function Addenda(props: { chart: ChartDesk; addenda: readonly AmendmentView[] }): JSX.Element {
  const text = useSignal("");
  const problem = useSignal<string | null>(null);
  const busy = useSignal(false);

  async function add(event: Event): Promise<void> {
    event.preventDefault();
    const words = text.value.trim();
    if (words === "" || busy.value) return;
    busy.value = true;
    const ack = await props.chart.addendum(words);
    problem.value = ack.ok ? null : explain(ack);
    if (ack.ok) text.value = "";
    busy.value = false;
  }

  return (
    <details class="addenda" open={props.addenda.length > 0}>
      <summary>Addenda ({props.addenda.length})</summary>
      <ol>
        {props.addenda.map((each, index) => (
          <li key={index}>
            {each.text}
            <small class="gf-muted">
              {" "}
              {dayAndTime(each.at_ms)}, {addedBy(each, "the examiner")}
            </small>
          </li>
        ))}
      </ol>
      <p class="gf-muted">
        The spa and the patient read an addendum beside the exam, which stays as it was signed.
      </p>
      <form onSubmit={add}>
        <AreaField
          label="New addendum"
          name="addendum"
          testId="addendum"
          maxLength={ADDENDUM_MAX}
          value={text.value}
          error={problem.value}
          onValue={(value) => {
            text.value = value;
          }}
        />
        <button
          type="submit"
          class="secondary"
          data-testid="addendum-add"
          aria-busy={busy.value}
        >
          Add and sign the addendum
        </button>
      </form>
    </details>
  );
}
