// The planner: a question on top, the plan below. Export `PlannerView`; ops mounts it as a tab.

import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { isoDay } from "../../shared/format";
import { ApiError, api, asApiError } from "../../shared/http";
import type { PlanView } from "../../shared/protocol/types";
import { ErrorBox } from "../../shared/ui/ErrorBox";
import { Icon } from "../../shared/ui/Icon";
import { LiveRegion } from "../../shared/ui/Notice";
import { Changes } from "./changes";
import { emptyForm, type Faults, faultsOf, type PlannerForm, questionOf } from "./form";
import { HalfHours } from "./half-hours";
import { Limits } from "./limits";
import "./planner.css";
import { QuestionForm } from "./question-form";
import { announcement, EMPTY, type PlannerEvent, type PlannerState, reduce } from "./state";
import { Summary } from "./summary";

const PLAN = "/api/v1/ops/plan";
const PLAN_TIMEOUT_MS = 200_000;
const DAY_MS = 86_400_000;

export function PlannerView(): JSX.Element {
  const form = useSignal<PlannerForm>(emptyForm(isoDay(new Date(Date.now() + DAY_MS))));
  const faults = useSignal<Faults>({});
  const state = useSignal<PlannerState>(EMPTY);
  const tried = useSignal(false);

  const happen = (event: PlannerEvent): void => {
    state.value = reduce(state.value, event);
  };
  const enter = (change: Partial<PlannerForm>): void => {
    form.value = { ...form.value, ...change };
    if (tried.value) faults.value = faultsOf(form.value);
  };

  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    if (state.value.phase === "making") return;
    tried.value = true;
    faults.value = faultsOf(form.value);
    if (Object.keys(faults.value).length > 0) {
      happen({ type: "mending" });
      focusFirstFault(event.currentTarget as HTMLFormElement);
      return;
    }
    happen({ type: "asked" });
    try {
      const plan = await api<PlanView>("POST", PLAN, questionOf(form.value), PLAN_TIMEOUT_MS);
      happen({ type: "made", plan });
    } catch (thrown) {
      happen({ type: "refused", error: asApiError(thrown) });
    }
  }

  const { phase } = state.value;
  return (
    <div class="planner">
      <section aria-labelledby="planner-title">
        <h2 id="planner-title">Plan a day</h2>
        <QuestionForm
          form={form.value}
          faults={faults.value}
          enter={enter}
          onSubmit={submit}
          making={phase === "making"}
        />
      </section>
      <LiveRegion text={announcement(state.value)} />
      <Outcome state={state} />
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
