// What the law of the places asks of a review, and whether what was sent is enough. An
// attestation is one exact sentence, ticked by the reviewer; nothing is ticked by this page.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { ConditionView, ReviewView } from "../shared/protocol/types";
import { AreaField } from "../shared/ui/Field";
import { Icon } from "../shared/ui/Icon";
import { Notice } from "../shared/ui/Notice";
import type { ChartDesk } from "./chart-desk";
import { explain } from "./words";

const REASON_MAX = 2_000;

export function ReviewConditions(props: { chart: ChartDesk; review: ReviewView }): JSX.Element {
  const { chart, review } = props;
  return (
    <>
      <Bars review={review} />
      <Sufficiency chart={chart} review={review} />
      <section class="conditions" aria-labelledby="conditions-title">
        <h2 id="conditions-title">Conditions of the law</h2>
        {review.conditions.length === 0 && (
          <p class="gf-muted gf-small">The law names none for this exam.</p>
        )}
        <ul>
          {review.conditions.map((each) => (
            <Condition key={each.code} chart={chart} condition={each} />
          ))}
        </ul>
      </section>
    </>
  );
}

function Bars(props: { review: ReviewView }): JSX.Element | null {
  const { bars } = props.review;
  if (bars.length === 0) return null;
  return (
    <Notice tone="warn" testId="review-bars">
      <p>
        <strong>The rules ask for live video.</strong> You can ask for it, defer or decline.
      </p>
      <ul>
        {bars.map((each) => (
          <li key={each}>{each}</li>
        ))}
      </ul>
    </Notice>
  );
}

function Condition(props: { chart: ChartDesk; condition: ConditionView }): JSX.Element {
  const { chart, condition } = props;
  const problem = useSignal<string | null>(null);
  const { code, statement } = condition;

  async function attest(attested: boolean): Promise<void> {
    const ack = await chart.act({
      type: "review.attest",
      encounter_id: chart.encounterId,
      code,
      statement,
      attested,
    });
    problem.value = ack.ok ? null : explain(ack);
  }

  return (
    <li
      id={`cond-${code}`}
      class="condition"
      tabIndex={-1}
      data-testid={`cond-${code}`}
      data-evidenced={condition.evidenced}
    >
      <p class="condition-name">
        <Icon name={condition.evidenced ? "check" : condition.live_only ? "cross" : "clock"} />
        <span>
          <strong>{condition.name}</strong>{" "}
          <span class="gf-small gf-muted">{standing(condition)}</span>
        </span>
      </p>
      {condition.lacking.length > 0 && (
        <p class="gf-small">Not yet: {condition.lacking.join("; ")}.</p>
      )}
      {condition.evidenced && condition.shown.length > 0 && (
        <p class="gf-small gf-muted">By the chart: {condition.shown.join("; ")}.</p>
      )}
      {statement !== "" && (
        <label class="gf-check attest">
          <input
            type="checkbox"
            checked={condition.attested}
            data-testid={`attest-${code}`}
            onChange={(event) => void attest(event.currentTarget.checked)}
          />
          <span>{statement}</span>
        </label>
      )}
      {problem.value !== null && (
        <p class="problem" role="alert">
          {problem.value}
        </p>
      )}
    </li>
  );
}

function standing(condition: ConditionView): string {
  if (condition.evidenced) return "evidenced";
  if (condition.live_only) return "only a live exam can show this";
  return condition.statement !== "" && !condition.attested ? "to attest" : "not yet";
}

function Sufficiency(props: { chart: ChartDesk; review: ReviewView }): JSX.Element {
  const { chart, review } = props;
  const reason = useSignal(review.reason);
  const problem = useSignal<string | null>(null);

  async function judge(sufficient: boolean): Promise<void> {
    const words = reason.value.trim();
    if (!sufficient && words === "") {
      problem.value = "Say what is missing or not clear enough.";
      return;
    }
    const ack = await chart.act({
      type: "review.judge",
      encounter_id: chart.encounterId,
      sufficient,
      reason: words,
    });
    problem.value = ack.ok ? null : explain(ack);
  }

  return (
    <section class="sufficiency" id="sufficiency" tabIndex={-1} aria-labelledby="enough-title">
      <h2 id="enough-title">Is it enough to decide?</h2>
      <AreaField
        label="Why, or what is missing"
        name="sufficiency-reason"
        testId="sufficiency-reason"
        rows={2}
        maxLength={REASON_MAX}
        value={reason.value}
        error={problem.value}
        onValue={(value) => {
          reason.value = value;
        }}
      />
      <div class="gf-row">
        <button
          type="button"
          class={review.sufficient === true ? "" : "secondary"}
          aria-pressed={review.sufficient === true}
          data-testid="sufficient"
          onClick={() => void judge(true)}
        >
          Enough to decide
        </button>
        <button
          type="button"
          class={review.sufficient === false ? "" : "secondary"}
          aria-pressed={review.sufficient === false}
          data-testid="not-sufficient"
          onClick={() => void judge(false)}
        >
          Not enough
        </button>
      </div>
      {review.sufficient !== null && (
        <p class="gf-small" role="status" data-testid="judged">
          {review.sufficient
            ? "You found it enough. The patient's page says so."
            : "You found it not enough: nothing can be approved without live video."}
        </p>
      )}
    </section>
  );
}
