// Answers in the patient's own words: no rule reads them, so a person must, before any approval.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { ChartView } from "../shared/protocol/types";
import { Icon } from "../shared/ui/Icon";
import type { ChartDesk } from "./chart-desk";

export function OwnWords(props: { chart: ChartDesk; view: ChartView }): JSX.Element | null {
  const { chart, view } = props;
  const busy = useSignal(false);
  const { question_ids, unread, sha256 } = view.written;
  if (question_ids.length === 0) return null;
  const open = view.signed_at_ms === null;

  async function read(): Promise<void> {
    if (busy.value) return;
    busy.value = true;
    await chart.readAnswers(sha256);
    busy.value = false;
  }

  return (
    <section aria-labelledby="answers-title" id="answers" tabIndex={-1}>
      <h3 id="answers-title">In the patient's own words</h3>
      <dl class="answers" data-testid="own-words">
        {view.answers
          .filter((each) => question_ids.includes(each.question_id))
          .map((each) => (
            <div key={each.question_id} class="answer">
              <dt>{each.question}</dt>
              <dd>
                {each.answer}
                {open && unread.includes(each.question_id) && (
                  <span class="answer-flag">
                    <Icon name="info" /> Not read yet
                  </span>
                )}
              </dd>
            </div>
          ))}
      </dl>
      {chart.answersProblem.value !== null && (
        <p role="alert" class="problem">
          {chart.answersProblem.value}
        </p>
      )}
      {unread.length === 0 ? (
        <p class="gf-small" data-testid="answers-read-done">
          <Icon name="check" /> Read by you.
        </p>
      ) : (
        open && (
          <button
            type="button"
            class="secondary"
            data-testid="answers-read"
            aria-busy={busy.value}
            onClick={() => void read()}
          >
            <Icon name="check" />
            {unread.length === 1
              ? "I have read this answer"
              : `I have read these ${unread.length} answers`}
          </button>
        )
      )}
    </section>
  );
}
