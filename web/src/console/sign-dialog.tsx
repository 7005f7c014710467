// The attestation. What is signed is the chart as it was read when this dialog opened.

import type { Signal } from "@preact/signals";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { ChartView } from "../shared/protocol/types";
import { treatmentName } from "../shared/treatments";
import { Dialog } from "../shared/ui/Dialog";
import { Notice } from "../shared/ui/Notice";
import type { ChartDesk } from "./chart-desk";
import type { Desk } from "./desk";
import { CHOICES } from "./dispositions";
import { focusOn } from "./focus";
import { Signing } from "./signing";

interface SignDialogProps {
  readonly desk: Desk;
  readonly chart: ChartDesk;
  readonly reviewed: Signal<ChartView | null>;
}

export function SignDialog(props: SignDialogProps): JSX.Element {
  const { desk, chart, reviewed } = props;
  const [signing] = useState(() => new Signing(chart, reviewed, focusLater));
  const { attested, busy, problem } = signing;
  const close = (): void => signing.close();
  const view = reviewed.value;
  return (
    <Dialog
      open={view !== null}
      title="Sign this exam"
      onClose={close}
      testId="sign-dialog"
      actions={
        <>
          <button type="button" class="secondary" onClick={close}>
            Back to the chart
          </button>
          <button
            type="button"
            data-testid="sign-confirm"
            disabled={!attested.value}
            aria-busy={busy.value}
            onClick={() => void signing.sign()}
          >
            Sign
          </button>
        </>
      }
    >
      {desk.state.value.offer !== null && (
        <Notice tone="warn" live="assertive">
          <p>A patient is ringing. Go back to the chart to answer.</p>
        </Notice>
      )}
      {problem.value !== null && (
        <Notice tone="error" live="assertive">
          <p>{problem.value}</p>
        </Notice>
      )}
      {view !== null && <Summary view={view} />}
      <label class="gf-check attest">
        <input
          type="checkbox"
          data-testid="sign-attest"
          checked={attested.value}
          onChange={(event) => {
            attested.value = event.currentTarget.checked;
          }}
        />
        <span>{view?.attestation_text}</span>
      </label>
    </Dialog>
  );
}

/** What is shown next is there at the next frame. */
function focusLater(id: string): void {
  requestAnimationFrame(() => focusOn(id));
}

function Summary(props: { view: ChartView }): JSX.Element {
  const { view } = props;
  return (
    <dl class="summary">
      <div>
        <dt>Patient</dt>
        <dd>{view.identity.legal_name}</dd>
      </div>
      {view.dispositions.map((each) => (
        <div key={each.treatment_class}>
          <dt>{treatmentName(each, "en", view.treatment_options)}</dt>
          <dd>
            {CHOICES.find((choice) => choice.disposition === each.disposition)?.label ??
              "No decision"}
          </dd>
        </div>
      ))}
    </dl>
  );
}
