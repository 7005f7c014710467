// Wrap-up: what is missing, each one click away from where it is mended, and the signature.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { ChartView, MissingView } from "../shared/protocol/types";
import { Icon } from "../shared/ui/Icon";
import type { ChartDesk } from "./chart-desk";
import type { Desk } from "./desk";
import { focusOn } from "./focus";
import { NotSeen } from "./not-seen";
import { ReviewEndings } from "./review-endings";
import { SignDialog } from "./sign-dialog";
import { besideChart, focusId } from "./targets";

export function SignArea(props: {
  desk: Desk;
  chart: ChartDesk;
  view: ChartView;
}): JSX.Element {
  const { desk, chart, view } = props;
  const reviewed = useSignal<ChartView | null>(null);
  const busy = useSignal(false);
  const problem = useSignal<string | null>(null);
  const inCall = view.visit === "in_progress" && desk.state.value.visit === "in_progress";

  async function review(): Promise<void> {
    if (busy.value) return;
    busy.value = true;
    problem.value = null;
    if (inCall && !(await isReady())) focusOn("missing");
    else if (inCall && !(await desk.hangUp(chart.encounterId)))
      problem.value = "The call is still open.";
    else if (!(await chart.settle())) {
      problem.value = "Not everything is saved yet. See above, or wait for the connection.";
    } else {
      const fresh = chart.view.value;
      if (fresh !== null && fresh.missing.length === 0) reviewed.value = fresh;
      else focusOn("missing");
    }
    busy.value = false;
  }

  /** Findings are seen in a call: it does not end before everything is there. */
  async function isReady(): Promise<boolean> {
    return (await chart.settle()) && chart.view.value?.missing.length === 0;
  }

  return (
    <section class="sign-area" aria-labelledby="sign-title">
      <h3 id="sign-title">Sign</h3>
      <Missing view={view} desk={desk} />
      <NotSeen desk={desk} chart={chart} view={view} />
      {problem.value !== null && (
        <p class="problem" role="alert">
          {problem.value}
        </p>
      )}
      <div class="gf-row">
        <button
          id="sign"
          type="button"
          data-testid="wrapup-sign"
          aria-busy={busy.value}
          onClick={() => void review()}
        >
          <Icon name="pen" />
          {inCall ? "Hang up, review and sign" : "Review and sign"}
        </button>
        {view.review !== null ? (
          <ReviewEndings desk={desk} encounterId={chart.encounterId} />
        ) : (
          !inCall && <WithoutSigning desk={desk} chart={chart} />
        )}
      </div>
      <SignDialog desk={desk} chart={chart} reviewed={reviewed} />
    </section>
  );
}

function WithoutSigning(props: { desk: Desk; chart: ChartDesk }): JSX.Element {
  const { desk, chart } = props;
  const row = desk.state.value.unsigned.find((each) => each.encounter_id === chart.encounterId);
  if (row?.parked === true) {
    return (
      <button type="button" class="secondary" onClick={() => void desk.closeChart()}>
        Close, sign later
      </button>
    );
  }
  return (
    <button
      type="button"
      class="secondary"
      data-testid="park"
      onClick={() => void desk.park(chart.encounterId)}
    >
      <Icon name="pause" />
      Park, sign later
    </button>
  );
}

function Missing(props: { view: ChartView; desk: Desk }): JSX.Element {
  const { missing } = props.view;
  if (missing.length === 0) {
    return (
      <p class="missing-none">
        <Icon name="check" /> Nothing is missing.
      </p>
    );
  }

  function go({ target, code }: MissingView): void {
    const id = focusId(target, code);
    props.desk.panel.value = besideChart(id) ? "call" : "chart";
    requestAnimationFrame(() => focusOn(id));
  }

  return (
    <div class="missing">
      <p id="missing" tabIndex={-1}>
        {missing.length === 1
          ? "1 thing is missing before you can sign:"
          : `${missing.length} things are missing before you can sign:`}
      </p>
      <ul>
        {missing.map((each) => (
          <li key={`${each.code}:${each.target}`}>
            <button
              type="button"
              class="quiet"
              data-testid={`missing-${each.code}`}
              onClick={() => go(each)}
            >
              <Icon name="next" />
              {each.message}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
