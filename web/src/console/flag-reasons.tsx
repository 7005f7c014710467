// Each review flag with the practitioner's reason why it does not bar an approval.

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { ChartView } from "../shared/protocol/types";
import { treatmentLabel } from "../shared/treatments";
import { Field } from "../shared/ui/Field";
import { Icon } from "../shared/ui/Icon";
import type { ChartDesk } from "./chart-desk";
import { type FlagGroup, flagGroups } from "./flag-groups";
import { ReasonDesk } from "./reason-desk";

const REASON_MAX = 1_000;

export function FlagReasons(props: { chart: ChartDesk; view: ChartView }): JSX.Element | null {
  const groups = flagGroups(props.view);
  if (groups.length === 0) return null;
  return (
    <section aria-labelledby="flags-title" id="flags" tabIndex={-1}>
      <h3 id="flags-title">Review flags: your reason for each</h3>
      <p class="gf-muted gf-small">
        Needed for every treatment that you approve. Deferring or declining needs none.
      </p>
      <ul class="flag-reasons">
        {groups.map((group) => (
          <Reason
            key={group.key}
            group={group}
            chart={props.chart}
            open={props.view.signed_at_ms === null}
          />
        ))}
      </ul>
    </section>
  );
}

function Reason(props: { group: FlagGroup; chart: ChartDesk; open: boolean }): JSX.Element {
  const { group, chart, open } = props;
  const [reason] = useState(() => new ReasonDesk(chart, group.flags, group.answer));
  const { typed, busy, problem } = reason;
  const kept = group.answer !== "" && typed.value.trim() === group.answer;
  const scope = group.appliesTo
    .filter((one) => one !== "all")
    .map((one) => treatmentLabel(one, "en"))
    .join(", ");

  return (
    <li class="flag-answer" data-testid={`flag-${group.flags[0]?.code ?? ""}`}>
      <p>
        <Icon name="flag" /> {group.reason}
        {scope !== "" && <span class="gf-muted"> · {scope}</span>}
      </p>
      {open ? (
        <form
          class="gf-row"
          onSubmit={(event) => {
            event.preventDefault();
            void reason.keep(group.answer);
          }}
          onFocusOut={() => void reason.keep(group.answer)}
        >
          <Field
            label="Why you approve all the same"
            name={`reason-${group.key}`}
            testId={`flag-reason-${group.flags[0]?.code ?? ""}`}
            maxLength={REASON_MAX}
            value={typed.value}
            error={problem.value}
            onValue={(value) => {
              typed.value = value;
            }}
          />
          <span class="gf-small gf-muted" role="status">
            {busy.value ? "saving" : kept ? "saved" : ""}
          </span>
        </form>
      ) : (
        <p class="gf-small">{group.answer === "" ? "No reason given." : group.answer}</p>
      )}
    </li>
  );
}
