// Where licences set the limit, and where there are none at all.

import type { JSX } from "preact";
import type { PlanView } from "../../shared/protocol/types";
import { Term } from "../figure";
import { bindings, spanWords } from "./state";

export function Limits(props: { plan: PlanView }): JSX.Element {
  const { plan } = props;
  return (
    <div class="ops-pair">
      <section aria-labelledby="gaps-title">
        <h2 id="gaps-title">
          <Term of="planUncovered">Uncovered hours</Term>
        </h2>
        {plan.gaps.length === 0 ? (
          <p class="gf-muted">
            Somebody is licensed wherever and whenever patients are expected.
          </p>
        ) : (
          <ul class="changes" data-testid="plan-gaps">
            {plan.gaps.map((gap) => (
              <li key={gap.jurisdiction}>
                <strong>
                  {gap.jurisdiction}: {gap.hours.toFixed(1)} h, {gap.patients.toFixed(1)}{" "}
                  patients
                </strong>
                <span class="gf-small">{gap.spans.map(spanWords).join("; ")}</span>
              </li>
            ))}
          </ul>
        )}
      </section>
      <section aria-labelledby="binding-title">
        <h2 id="binding-title">
          <Term of="planBinding">What sets the limit</Term>
        </h2>
        <ul class="changes">
          {bindings(plan).map((one) => (
            <li key={one.span.starts_at_ms}>
              <strong>
                {spanWords(one.span)}: × {one.scale.toFixed(2)}
              </strong>
              <span class="gf-small">{one.names.join(", ")}</span>
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}
