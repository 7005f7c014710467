// Exams of others that one was in, or supervises: to be read. Asked for when it is opened.

import type { JSX } from "preact";
import { dayAndTime } from "../shared/format";
import type { ReadableView } from "../shared/protocol/types";
import { ErrorBox } from "../shared/ui/ErrorBox";
import "./covers.css";
import type { ReadingDesk } from "./reading-desk";

export function ReadableList(props: { reading: ReadingDesk }): JSX.Element {
  const { reading } = props;
  return (
    <details
      class="signed-exams"
      data-testid="readable-exams"
      onToggle={(event) => event.currentTarget.open && void reading.loadOthers("first")}
    >
      <summary>Exams of others</summary>
      <p class="gf-muted gf-small">What you were in, or supervise. You read it, and no more.</p>
      <ErrorBox error={reading.error.value} />
      {reading.others.value.length === 0 && <p class="gf-muted gf-small">None.</p>}
      <ul>
        {reading.others.value.map((exam) => (
          <Row key={exam.encounter_id} reading={reading} exam={exam} />
        ))}
      </ul>
      {reading.more.value && (
        <button type="button" class="quiet" onClick={() => void reading.loadOthers("next")}>
          Earlier ones
        </button>
      )}
    </details>
  );
}

function Row(props: { reading: ReadingDesk; exam: ReadableView }): JSX.Element {
  const { reading, exam } = props;
  const who = exam.examiner ?? "nobody yet";
  return (
    <li>
      <button
        type="button"
        class="secondary unsigned-row"
        data-testid={`readable-${exam.encounter_id}`}
        onClick={() => void reading.read(exam.encounter_id)}
      >
        <span class="unsigned-name">{exam.patient_name}</span>
        <span class="gf-small">
          {exam.signed_at_ms === null
            ? `Asked for ${dayAndTime(exam.requested_at_ms)}`
            : `Signed ${dayAndTime(exam.signed_at_ms)}`}
        </span>
        <span class="gf-small">
          {exam.why === "supervision" ? `You supervise ${who}` : `With ${who}`}
        </span>
      </button>
    </li>
  );
}
