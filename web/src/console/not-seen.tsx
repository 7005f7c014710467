// What can be done when findings were not seen: call the patient again, put the exam off, or
// defer the treatment. Each is done at once; nothing here approves.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { ChartView } from "../shared/protocol/types";
import { treatmentName } from "../shared/treatments";
import { Dialog } from "../shared/ui/Dialog";
import { Icon } from "../shared/ui/Icon";
import type { ChartDesk } from "./chart-desk";
import type { Desk } from "./desk";
import { notSeen } from "./dispositions";

export function NotSeen(props: {
  desk: Desk;
  chart: ChartDesk;
  view: ChartView;
}): JSX.Element | null {
  const { desk, chart, view } = props;
  const asking = useSignal(false);
  const classes = notSeen(view);
  if (classes.length === 0) return null;
  const { encounterId, visit } = desk.state.value;
  const ours = encounterId === chart.encounterId;
  const inCall = ours && visit === "in_progress";
  return (
    <div class="not-seen" data-testid="not-seen">
      <p>
        {inCall
          ? "What was not seen on the video cannot be approved. Look at it in this call, or:"
          : "What was not seen on the video cannot be approved. You can:"}
      </p>
      <div class="gf-row">
        {ours && !inCall && (
          <button
            type="button"
            data-testid="resume-call"
            onClick={() => void desk.resumeCall(chart.encounterId)}
          >
            <Icon name="camera" />
            Call the patient again
          </button>
        )}
        <button
          type="button"
          class="secondary"
          data-testid="reschedule"
          onClick={() => (asking.value = true)}
        >
          <Icon name="clock" />
          Put the exam off
        </button>
        {classes.map((treatment) => (
          <button
            key={treatment}
            type="button"
            class="secondary"
            data-testid={`defer-${treatment}`}
            onClick={() => chart.rows.defer(treatment)}
          >
            Defer {nameOf(treatment, view)}
          </button>
        ))}
      </div>
      <Dialog
        open={asking.value}
        title="Put the exam off?"
        onClose={() => (asking.value = false)}
        actions={
          <>
            <button type="button" class="secondary" onClick={() => (asking.value = false)}>
              Back to the chart
            </button>
            <button
              type="button"
              data-testid="reschedule-confirm"
              onClick={() => {
                asking.value = false;
                void desk.reschedule(chart.encounterId);
              }}
            >
              Put the exam off
            </button>
          </>
        }
      >
        <p>
          Nothing is signed. Your note stays in the record. The patient is called back when a
          practitioner is there; the spa can make a new link. The next call begins from the
          prompts on.
        </p>
      </Dialog>
    </div>
  );
}

function nameOf(treatment: string, view: ChartView): string {
  const each = { treatment_class: treatment, product: null };
  return treatmentName(each, "en", view.treatment_options);
}
