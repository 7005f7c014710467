// The answer: what it is, why, the order, and what can be done about what is missing.

import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { calendarDay, dayAndTime } from "../shared/format";
import type { AuthorizationAnswerView, CoverView, SameDayForm } from "../shared/protocol/types";
import {
  ANSWERS,
  type Credential,
  canReport,
  type Typed,
  wantsCheck,
  wantsCondition,
} from "./coverage";
import { SameDayCheck } from "./coverage-check";
import { ConditionForm } from "./coverage-condition";
import { UseRecord } from "./coverage-use";
import { StandingTag } from "./standing";

export interface AnswerProps {
  readonly answer: AuthorizationAnswerView;
  readonly credential: Credential | "";
  readonly products: readonly string[];
  readonly typed: Signal<Typed>;
  readonly onCheck: (check: SameDayForm) => void;
  readonly onChanged: () => void;
}

export function CoverageAnswer(props: AnswerProps): JSX.Element {
  const { answer, credential, products, typed, onCheck, onChanged } = props;
  const recording = useSignal(false);
  const cover = answer.authorization;
  return (
    <section
      class="coverage-answer"
      data-answer={answer.answer}
      data-testid="coverage-answer"
      aria-live="polite"
      aria-label="Answer"
    >
      <p class="coverage-word">
        <StandingTag standing={ANSWERS[answer.answer]} />
      </p>
      {answer.reasons.length > 0 && (
        <ul class="coverage-reasons">
          {answer.reasons.map((reason) => (
            <li key={reason.code} data-reason={reason.code}>
              {reason.text}
            </li>
          ))}
        </ul>
      )}
      {cover !== null && <Cover cover={cover} />}
      {wantsCheck(answer) && <SameDayCheck typed={typed} onCheck={onCheck} />}
      {canReport(answer) && <ReportNews typed={typed} onCheck={onCheck} />}
      {cover !== null && wantsCondition(answer) && (
        <ConditionForm cover={cover} onChanged={onChanged} />
      )}
      {cover !== null && !recording.value && (
        <button
          type="button"
          class="secondary"
          data-testid="coverage-record"
          onClick={() => (recording.value = true)}
        >
          Record a treatment given
        </button>
      )}
      {cover !== null && recording.value && (
        <UseRecord cover={cover} credential={credential} products={products} />
      )}
    </section>
  );
}

/** Today's check was clear, and then something came up after all. */
function ReportNews(props: {
  typed: Signal<Typed>;
  onCheck: (check: SameDayForm) => void;
}): JSX.Element {
  // What is being told is not put away by an answer that comes meanwhile.
  const open = useSignal(Object.keys(props.typed.value.said).length > 0);
  if (open.value) {
    return <SameDayCheck title="What changed since the exam" {...props} />;
  }
  return (
    <button
      type="button"
      class="secondary"
      data-testid="coverage-news"
      onClick={() => (open.value = true)}
    >
      Something changed after all
    </button>
  );
}

function Cover(props: { cover: CoverView }): JSX.Element {
  const { cover } = props;
  const facts: [string, string | null][] = [
    ["Order", cover.order],
    ["Conditions", cover.conditions === "" ? null : cover.conditions],
    ["Valid until", calendarDay(cover.valid_until)],
    ["Examined by", `${cover.practitioner_name}, ${dayAndTime(cover.signed_at_ms)}`],
    ["Ended", cover.revoked_at_ms === null ? null : dayAndTime(cover.revoked_at_ms)],
  ];
  return (
    <dl class="facts">
      {facts.map(([name, value]) =>
        value === null ? null : (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ),
      )}
    </dl>
  );
}
