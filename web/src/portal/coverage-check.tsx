// The same-day check: five questions, and who answers them.

import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { SameDayForm } from "../shared/protocol/types";
import { Field } from "../shared/ui/Field";
import { checkFault, sameDayOf, TOPICS, type Typed } from "./coverage";

export function SameDayCheck(props: {
  typed: Signal<Typed>;
  onCheck: (check: SameDayForm) => void;
  title?: string;
}): JSX.Element {
  const { typed } = props;
  const { said, by, staff } = typed.value;
  const fault = useSignal<string | null>(null);
  const type = (change: Partial<Typed>): void => {
    typed.value = { ...typed.value, ...change };
  };

  function submit(event: SubmitEvent): void {
    event.preventDefault();
    fault.value = checkFault(said, by, staff);
    if (fault.value === null) {
      props.onCheck(sameDayOf(said, by, staff));
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
                checked={said[topic] === answer}
                onChange={() => type({ said: { ...said, [topic]: answer } })}
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
              checked={by === who}
              onChange={() => type({ by: who })}
            />
            {who === "patient" ? "The patient" : "Staff"}
          </label>
        ))}
      </fieldset>
      {by === "staff" && (
        <Field
          label="Name of the staff member"
          name="check-staff"
          testId="check-staff"
          maxLength={120}
          value={staff}
          onValue={(name) => type({ staff: name })}
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
