// The attestation. What is signed is the chart as it was read when this dialog opened; when it
// has changed since, it is read again and the practitioner is asked again.

import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { ChartView } from "../shared/protocol/types";
import { treatmentName } from "../shared/treatments";
import { Dialog } from "../shared/ui/Dialog";
import { Notice } from "../shared/ui/Notice";
import type { ChartDesk } from "./chart-desk";
import type { Desk } from "./desk";
import { CHOICES } from "./dispositions";
import { focusOn } from "./focus";
import { explain } from "./words";

interface SignDialogProps {
  readonly desk: Desk;
  readonly chart: ChartDesk;
  readonly reviewed: Signal<ChartView | null>;
}

export function SignDialog(props: SignDialogProps): JSX.Element {
  const { desk, reviewed } = props;
  const { attested, busy, problem, close, sign } = useSigning(props);
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
            onClick={() => void sign()}
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

interface Signing {
  readonly attested: Signal<boolean>;
  readonly busy: Signal<boolean>;
  readonly problem: Signal<string | null>;
  readonly close: () => void;
  readonly sign: () => Promise<void>;
}

function useSigning({ chart, reviewed }: SignDialogProps): Signing {
  const attested = useSignal(false);
  const busy = useSignal(false);
  const problem = useSignal<string | null>(null);

  function close(): void {
    reviewed.value = null;
    attested.value = false;
    problem.value = null;
  }

  async function closeAndFocus(id: string): Promise<void> {
    close();
    await chart.load();
    requestAnimationFrame(() => focusOn(id));
  }

  async function askAgain(): Promise<void> {
    attested.value = false;
    problem.value = "The chart changed while you were reading it. Read it again, then confirm.";
    if (await chart.settle()) reviewed.value = chart.view.value;
  }

  async function sign(): Promise<void> {
    const view = reviewed.value;
    if (view === null || busy.value || !attested.value) return;
    busy.value = true;
    problem.value = null;
    const ack = await chart.sign(view);
    const code = ack.error?.code;
    if (ack.ok) await closeAndFocus("signed");
    else if (code === "chart_head_moved") await askAgain();
    else if (code === "sign_requirements_missing") await closeAndFocus("missing");
    else problem.value = explain(ack);
    busy.value = false;
  }

  return { attested, busy, problem, close, sign };
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
