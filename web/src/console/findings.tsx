// What is looked at on the video, for one treatment: one tick, with the findings under it. What
// the server measured of that moment is said beside it; the page does not know it by itself.

import type { JSX } from "preact";
import type { FindingView } from "../shared/protocol/types";
import type { ChartDesk } from "./chart-desk";
import { singleKeys } from "./settings";
import { standingWords } from "./words";
import "./findings.css";

export function Findings(props: {
  chart: ChartDesk;
  finding: FindingView | undefined;
}): JSX.Element | null {
  const { chart, finding } = props;
  if (finding === undefined) return null;
  const id = `seen-${finding.treatment_class}`;
  const problem = chart.lookProblem.value[finding.treatment_class];
  return (
    <div class="findings" data-standing={finding.standing}>
      <label class="gf-check" for={id}>
        <input
          id={id}
          type="checkbox"
          data-testid={id}
          checked={chart.looked(finding)}
          aria-describedby={`${id}-standing`}
          onChange={(event) =>
            void chart.look(finding.treatment_class, event.currentTarget.checked)
          }
        />
        <span>
          I see these on the video now
          {singleKeys.value && (
            <span class="key" aria-hidden="true">
              v
            </span>
          )}
        </span>
      </label>
      <ul>
        {finding.findings.map((each) => (
          <li key={each}>{each}</li>
        ))}
      </ul>
      <p
        id={`${id}-standing`}
        class="gf-small findings-standing"
        role="status"
        data-testid={`${id}-standing`}
        data-standing={finding.standing}
      >
        {standingWords(finding)}
      </p>
      {problem !== undefined && (
        <p class="problem" role="alert" data-testid={`${id}-problem`}>
          {problem}
        </p>
      )}
    </div>
  );
}
