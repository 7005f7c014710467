// The same-day check: five questions, and who answers them.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { SameDayForm } from "../shared/protocol/types";
import { Field } from "../shared/ui/Field";
import { checkFault, type Said, sameDayOf, TOPICS } from "./coverage";

export function SameDayCheck(props: {
  onCheck: (check: SameDayForm) => void;
  title?: string;
}): JSX.Element {
  const said = useSignal<Said>({});
  const by = useSignal<"patient" | "staff">("patient");
  const staff = useSignal("");
  const fault = useSignal<string | null>(null);

  function submit(event: SubmitEvent): void {
    event.preventDefault();
    fault.value = checkFault(said.value, by.value, staff.value);
    if (fault.value === null) {
      props.onCheck(sameDayOf(said.value, by.value, staff.value));
    }
  }

  return (
    <form class="coverage-check" onSubmit={submit} noValidate data-testid="coverage-check">
      <h3>{props.title ?? "Same-day check"}</h3>
      {TOPICS.map(({ topic, question }) => (
        <fieldset key={topic} class="coverage-topic">
          <legend>{question}</legend>
          {[false, true].map((answer) => (
            <label key={String(answer)}>
              <input
                type="radio"
                name={`check-${topic}`}
                data-testid={`check-${topic}-${answer ? "yes" : "no"}`}
                checked={said.value[topic] === answer}
                onChange={() => (said.value = { ...said.value, [topic]: answer })}
              />
              {answer ? "Yes" : "No"}
            </label>
          ))}
        </fieldset>
      ))}
      <fieldset class="coverage-topic">
        <legend>Answered by</legend>
        {(["patient", "staff"] as const).map((who) => (
          <label key={who}>
            <input
              type="radio"
              name="check-by"
              checked={by.value === who}
              onChange={() => (by.value = who)}
            />
            {who === "patient" ? "The patient" : "Staff"}
          </label>
        ))}
      </fieldset>
      {by.value === "staff" && (
        <Field
          label="Name of the staff member"
          name="check-staff"
          testId="check-staff"
          maxLength={120}
          value={staff.value}
          onValue={(name) => (staff.value = name)}
        />
      )}
      <p class="gf-small">
        A yes ends what the exam allows, for every treatment and for good. A new exam is needed.
      </p>
      <p class="gf-field-error" role="alert">
        {fault.value ?? ""}
      </p>
      <button type="submit" data-testid="check-submit">
        Keep these answers
      </button>
    </form>
  );
}
