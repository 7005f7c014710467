// Vital signs as the spa's staff measured them, and what is still missing for which treatment.

import type { JSX } from "preact";
import type { ChartView } from "../shared/protocol/types";
import { treatmentLabel } from "../shared/treatments";
import { Icon } from "../shared/ui/Icon";
import { VitalsTable } from "../shared/ui/VitalsTable";
import { vitalNames } from "../shared/vitals";

export function VitalsPanel(props: {
  view: ChartView;
  /** Before the ids of its elements. */
  prefix?: string;
}): JSX.Element | null {
  const { prefix = "" } = props;
  const { vitals } = props.view;
  if (vitals.wanted.length === 0 && vitals.taken.length === 0) return null;
  return (
    <section aria-labelledby={`${prefix}vitals-title`} id={`${prefix}vitals`} tabIndex={-1}>
      <h3 id={`${prefix}vitals-title`}>Vital signs</h3>
      <VitalsTable vitals={vitals} />
      {Object.entries(vitals.missing).map(([treatmentClass, names]) => (
        <p key={treatmentClass} class="bar" data-testid={`vitals-missing-${treatmentClass}`}>
          <Icon name="warning" />
          <span>
            {treatmentLabel(treatmentClass, "en")} cannot be approved before the spa's staff
            measure: {vitalNames(names).toLowerCase()}. They enter it in the portal.
          </span>
        </p>
      ))}
    </section>
  );
}
