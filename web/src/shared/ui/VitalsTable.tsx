// What was measured, by whom and when; what lies outside the draft limits is marked in words.

import type { JSX } from "preact";
import { clockTime } from "../format";
import type { VitalsView } from "../protocol/types";
import { VITAL_WORDS } from "../vitals";
import { Icon } from "./Icon";

export function VitalsTable(props: { vitals: VitalsView }): JSX.Element {
  const { taken, bmi, bmi_flagged } = props.vitals;
  if (taken.length === 0) return <p class="gf-muted gf-small">Nothing is measured yet.</p>;
  return (
    <dl class="vitals" data-testid="vitals-taken">
      {taken.map((one) => (
        <div key={one.name} data-testid={`vital-${one.name}`}>
          <dt>{VITAL_WORDS[one.name]}</dt>
          <dd>
            <strong>{one.text}</strong> {one.flagged && <Flagged />}
            <span class="gf-muted gf-small">
              {one.measured_by}, {clockTime(one.measured_at_ms)}
            </span>
          </dd>
        </div>
      ))}
      {bmi !== null && (
        <div data-testid="vital-bmi">
          <dt>BMI</dt>
          <dd>
            <strong>{bmi.toFixed(1)}</strong> {bmi_flagged && <Flagged />}
            <span class="gf-muted gf-small">computed from height and weight</span>
          </dd>
        </div>
      )}
    </dl>
  );
}

function Flagged(): JSX.Element {
  return (
    <span class="vital-flag">
      <Icon name="flag" /> Review
    </span>
  );
}
