// The plan in five figures, the bound beside the truth.

import type { JSX } from "preact";
import type { PlanView } from "../../shared/protocol/types";
import { Icon } from "../../shared/ui/Icon";
import { Figure } from "../figure";
import { boundOf, figure, shortHalfHours } from "./state";

export function Summary(props: { plan: PlanView }): JSX.Element {
  const { plan } = props;
  const { whole } = plan;
  const short = shortHalfHours(plan);
  const bound = boundOf(plan);
  return (
    <section aria-labelledby="plan-title">
      <h2 id="plan-title">The plan</h2>
      <p data-testid="plan-verdict">
        {short === 0 ? (
          <span class="within">
            <Icon name="check" /> Every half hour reaches its targets
          </span>
        ) : (
          <span class="beyond">
            <Icon name="warning" /> {short} of {plan.intervals.length} half hours miss a target
          </span>
        )}
      </p>
      <dl class="figures planner-figures">
        <Figure of="planAsa" name="Mean wait" value={figure(whole.asa_s, "s")} />
        <Figure
          of="planBound"
          name="Bound without licences"
          value={bound === null ? "–" : `${bound.toFixed(1)} s`}
        />
        <Figure of="planLevel" name="In time" value={figure(whole.service_level, "%", 100)} />
        <Figure
          of="planWorst"
          name="Worst jurisdiction"
          value={whole.worst === null ? "–" : figure(whole.worst.wait_s, "s")}
          {...(whole.worst === null ? {} : { note: whole.worst.jurisdiction })}
        />
        <Figure of="planLeft" name="Leave" value={figure(whole.abandonment, "%", 100, 1)} />
        <Figure of="planBusy" name="Occupancy" value={figure(whole.occupancy, "%", 100)} />
      </dl>
      <p class="gf-small gf-muted">
        {plan.practitioners} practitioners, {plan.patients.toFixed(0)} patients expected.
        Figures from {plan.days} simulated days; ± is the interval that holds 95 % of such
        estimates.
      </p>
    </section>
  );
}
