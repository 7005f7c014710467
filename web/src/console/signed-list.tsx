// The exams that one signed, to be found again. Read when it is opened, a page at a time.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { dayAndTime } from "../shared/format";
import { type ApiError, api, asApiError } from "../shared/http";
import type { SignedExamsView, SignedExamView } from "../shared/protocol/types";
import { treatmentLabel } from "../shared/treatments";
import { ErrorBox } from "../shared/ui/ErrorBox";
import type { Desk } from "./desk";
import "./covers.css";

export function SignedList(props: { desk: Desk }): JSX.Element {
  const { desk } = props;
  const exams = useSignal<readonly SignedExamView[]>([]);
  const more = useSignal(false);
  const error = useSignal<ApiError | null>(null);

  async function load(before: number | null): Promise<void> {
    const path = `/api/v1/console/signed${before === null ? "" : `?before=${before}`}`;
    try {
      const page = await api<SignedExamsView>("GET", path);
      exams.value = before === null ? page.exams : [...exams.value, ...page.exams];
      more.value = page.more;
      error.value = null;
    } catch (thrown) {
      error.value = asApiError(thrown);
    }
  }

  return (
    <details
      class="signed-exams"
      data-testid="signed-exams"
      onToggle={(event) => event.currentTarget.open && void load(null)}
    >
      <summary>Signed exams</summary>
      <ErrorBox error={error.value} />
      {exams.value.length === 0 && <p class="gf-muted gf-small">None yet.</p>}
      <ul>
        {exams.value.map((exam) => (
          <Row key={exam.encounter_id} desk={desk} exam={exam} />
        ))}
      </ul>
      {more.value && (
        <button
          type="button"
          class="quiet"
          onClick={() => void load(exams.value.at(-1)?.signed_at_ms ?? null)}
        >
          Earlier ones
        </button>
      )}
    </details>
  );
}

function Row(props: { desk: Desk; exam: SignedExamView }): JSX.Element {
  const { desk, exam } = props;
  const isOpen = desk.chart.value?.encounterId === exam.encounter_id;
  const classes = exam.treatment_classes.map((one) => treatmentLabel(one, "en"));
  return (
    <li>
      <button
        type="button"
        class="secondary unsigned-row"
        aria-current={isOpen ? "true" : undefined}
        data-testid={`signed-${exam.encounter_id}`}
        onClick={() => void desk.open(exam.encounter_id)}
      >
        <span class="unsigned-name">{exam.patient_name}</span>
        <span class="gf-small">{dayAndTime(exam.signed_at_ms)}</span>
        <span class="gf-small">
          {classes.length === 0 ? "Nothing approved" : classes.join(", ")}
        </span>
      </button>
    </li>
  );
}
