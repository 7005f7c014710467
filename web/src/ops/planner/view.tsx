// The planner: a question on top, the plan below. Its desk outlives it, as tabs come and go.

import type { Signal } from "@preact/signals";
import type { JSX } from "preact";
import { ApiError } from "../../shared/http";
import { ErrorBox } from "../../shared/ui/ErrorBox";
import { Icon } from "../../shared/ui/Icon";
import { LiveRegion } from "../../shared/ui/Notice";
import { Changes } from "./changes";
import type { PlannerDesk } from "./desk";
import { HalfHours } from "./half-hours";
import { Limits } from "./limits";
import "./planner.css";
import { QuestionForm } from "./question-form";
import { announcement, type PlannerState } from "./state";
import { Summary } from "./summary";

export function PlannerView(props: { desk: PlannerDesk }): JSX.Element {
  const { desk } = props;
  const { phase } = desk.state.value;
  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    if (!(await desk.ask())) focusFirstFault(form);
  }
  return (
    <div class="planner">
      <section aria-labelledby="planner-title">
        <h2 id="planner-title">Plan a day</h2>
        <QuestionForm
          form={desk.form.value}
          faults={desk.faults.value}
          enter={(change) => desk.enter(change)}
          onSubmit={submit}
          making={phase === "making"}
        />
      </section>
      <LiveRegion text={announcement(desk.state.value)} />
      <Outcome state={desk.state} />
    </div>
  );
}

function Outcome(props: { state: Signal<PlannerState> }): JSX.Element {
  const { phase, plan, error } = props.state.value;
  return (
    <>
      {phase === "refused" && <ErrorBox error={said(error)} />}
      {phase === "making" && (
        <p class="planner-making">
          <Icon name="clock" /> Playing days on the waiting room. This takes some seconds,
          minutes for a large network or a thorough answer.
        </p>
      )}
      {plan === null ? (
        phase === "idle" && (
          <p class="gf-muted">
            A plan says, for each half hour, what the licences on shift can serve, how long
            patients would wait, and which practitioner or licence would shorten it most.
          </p>
        )
      ) : (
        <div class="planner-plan" aria-busy={phase === "making"} data-testid="plan">
          <Summary plan={plan} />
          <Changes plan={plan} />
          <HalfHours plan={plan} />
          <Limits plan={plan} />
        </div>
      )}
    </>
  );
}

/** A refused plan has its own sentence, which no page's word for the code can replace. */
function said(error: ApiError | null): ApiError | null {
  if (error === null || error.code !== "invalid_body") return error;
  const message = "Some of the numbers are out of bounds. Please check them.";
  return new ApiError({ code: "plan_fields", message }, error.status);
}

function focusFirstFault(form: HTMLFormElement): void {
  requestAnimationFrame(() => {
    const bad = form.querySelector<HTMLElement>('[aria-invalid="true"]');
    bad?.closest("details")?.setAttribute("open", "");
    bad?.focus();
  });
}
