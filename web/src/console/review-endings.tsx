// How a review ends without a signature: on to live video, or back to the queue.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { ReviewReturn } from "../shared/protocol/types";
import { Dialog } from "../shared/ui/Dialog";
import { AreaField } from "../shared/ui/Field";
import { Icon } from "../shared/ui/Icon";
import type { Desk } from "./desk";

const REASON_MAX = 2_000;
const REASONS: readonly { readonly value: ReviewReturn["reason"]; readonly label: string }[] = [
  { value: "busy", label: "Busy" },
  { value: "outside_competence", label: "Outside my competence" },
  { value: "conflict_of_interest", label: "Conflict of interest" },
  { value: "other", label: "Other" },
];

export function ReviewEndings(props: { desk: Desk; encounterId: string }): JSX.Element {
  const { desk, encounterId } = props;
  const asking = useSignal(false);
  const giving = useSignal(false);
  return (
    <>
      <button
        type="button"
        class="secondary"
        data-testid="ask-live"
        onClick={() => {
          asking.value = true;
        }}
      >
        <Icon name="camera" /> Ask for live video
      </button>
      <button
        type="button"
        class="secondary"
        data-testid="give-back"
        onClick={() => {
          giving.value = true;
        }}
      >
        <Icon name="back" /> Give it back
      </button>
      <AskLive desk={desk} encounterId={encounterId} open={asking} />
      <GiveBack desk={desk} encounterId={encounterId} open={giving} />
    </>
  );
}

interface Ending {
  readonly desk: Desk;
  readonly encounterId: string;
  readonly open: { value: boolean };
}

function AskLive({ desk, encounterId, open }: Ending): JSX.Element {
  const reason = useSignal("");
  const problem = useSignal<string | null>(null);

  async function ask(): Promise<void> {
    if (reason.value.trim() === "") {
      problem.value = "Say why, for the chart.";
      return;
    }
    problem.value = await desk.endReview({
      type: "review.upgrade",
      encounter_id: encounterId,
      reason: reason.value.trim(),
    });
    if (problem.value === null) open.value = false;
  }

  return (
    <Dialog
      open={open.value}
      title="Ask for live video"
      testId="ask-live-dialog"
      onClose={() => {
        open.value = false;
      }}
      actions={
        <button type="button" data-testid="ask-live-confirm" onClick={() => void ask()}>
          Ask for live video
        </button>
      }
    >
      <p>
        The patient and the spa are told, and the patient's link opens again. It cannot become a
        review again.
      </p>
      <AreaField
        label="Why"
        name="upgrade-reason"
        testId="ask-live-reason"
        rows={3}
        maxLength={REASON_MAX}
        value={reason.value}
        error={problem.value}
        onValue={(value) => {
          reason.value = value;
        }}
      />
    </Dialog>
  );
}

function GiveBack({ desk, encounterId, open }: Ending): JSX.Element {
  const problem = useSignal<string | null>(null);

  async function give(reason: ReviewReturn["reason"]): Promise<void> {
    problem.value = await desk.endReview({
      type: "review.return",
      encounter_id: encounterId,
      reason,
      said: "",
    });
    if (problem.value === null) open.value = false;
  }

  return (
    <Dialog
      open={open.value}
      title="Give it back to the queue"
      testId="give-back-dialog"
      onClose={() => {
        open.value = false;
      }}
    >
      <p>What you opened, attested and decided does not count for whoever takes it next.</p>
      {problem.value !== null && (
        <p class="problem" role="alert">
          {problem.value}
        </p>
      )}
      <div class="gf-row">
        {REASONS.map(({ value, label }) => (
          <button
            key={value}
            type="button"
            class="secondary"
            data-testid={`give-back-${value}`}
            onClick={() => void give(value)}
          >
            {label}
          </button>
        ))}
      </div>
    </Dialog>
  );
}
