// Ending what an exam allowed: why, in words that the chart keeps.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { type ApiError, api, asApiError } from "../shared/http";
import { randomId } from "../shared/ids";
import type { CoverView } from "../shared/protocol/types";
import { Dialog } from "../shared/ui/Dialog";
import { ErrorBox } from "../shared/ui/ErrorBox";
import { AreaField, SelectField } from "../shared/ui/Field";
import { END_REASONS, type EndReason, revocationOf } from "./covers";

const NOTE_MAX = 500;

export function EndDialog(props: {
  cover: CoverView;
  label: string;
  onClose: () => void;
  onEnded: () => void;
}): JSX.Element {
  const { cover, label, onClose, onEnded } = props;
  const reason = useSignal<EndReason>("new_health_information");
  const note = useSignal("");
  const fault = useSignal<string | null>(null);
  const error = useSignal<ApiError | null>(null);
  const busy = useSignal(false);
  const requestId = useSignal(randomId());

  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = revocationOf(reason.value, note.value, requestId.value);
    fault.value = form === null ? "Write why." : null;
    if (form === null || busy.value) return;
    busy.value = true;
    try {
      const path = `/api/v1/console/authorizations/${cover.authorization_id}/revoke`;
      await api("POST", path, form);
      onEnded();
    } catch (thrown) {
      error.value = asApiError(thrown);
      requestId.value = randomId();
    } finally {
      busy.value = false;
    }
  }

  return (
    <Dialog open title={`End: ${label}`} onClose={onClose} testId="end-dialog">
      <form class="covers-end" onSubmit={submit} noValidate>
        <p>
          From now on this exam does not cover it. That cannot be undone; a new exam can approve
          it again. The spa is told when it asks.
        </p>
        <SelectField
          label="Reason"
          name="end-reason"
          testId="end-reason"
          value={reason.value}
          options={[...END_REASONS]}
          onValue={(value) => (reason.value = value as EndReason)}
        />
        <AreaField
          label="Why, for the chart"
          name="end-note"
          testId="end-note"
          maxLength={NOTE_MAX}
          value={note.value}
          error={fault.value}
          onValue={(value) => {
            note.value = value;
            fault.value = null;
          }}
        />
        <ErrorBox error={error.value} />
        <div class="gf-row">
          <button type="submit" data-testid="end-submit" aria-busy={busy.value}>
            End it
          </button>
          <button type="button" class="secondary" onClick={onClose}>
            Keep it
          </button>
        </div>
      </form>
    </Dialog>
  );
}
