// The patient says another state than they gave: it is recorded, and what was agreed to is void.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { JURISDICTIONS, jurisdictionName } from "../shared/jurisdictions";
import type { ChartView } from "../shared/protocol/types";
import { SelectField } from "../shared/ui/Field";
import { Notice } from "../shared/ui/Notice";
import type { ChartDesk } from "./chart-desk";

const OPTIONS = [
  { value: "", label: "Choose" },
  ...JURISDICTIONS.map(({ code, name }) => ({ value: code, label: name })),
];

export function HeardElsewhere(props: { chart: ChartDesk; view: ChartView }): JSX.Element {
  const { chart, view } = props;
  const place = useSignal("");
  const heard = view.location_heard;
  if (heard !== null) {
    return (
      <Notice tone="warn" live="assertive" testId="heard-elsewhere">
        <p>
          The patient is in {jurisdictionName(heard)}. Their page asks them to confirm it and to
          agree again. Until then nothing can be approved.
        </p>
      </Notice>
    );
  }
  return (
    <details class="room-editor" data-testid="heard-editor">
      <summary>The patient is in another state</summary>
      <p class="gf-muted gf-small">
        Consent and approvals become void. If you may not examine there, the call ends and the
        patient has their place in line back.
      </p>
      <div class="gf-row">
        <SelectField
          label="Where they are"
          name="heard-place"
          testId="heard-place"
          options={OPTIONS}
          value={place.value}
          onValue={(value) => {
            place.value = value;
          }}
        />
        <button
          type="button"
          class="secondary"
          data-testid="heard-record"
          aria-disabled={place.value === ""}
          onClick={() => {
            if (place.value !== "") void chart.heard(place.value);
          }}
        >
          Record it
        </button>
      </div>
    </details>
  );
}
