// What is different from last time, before everything else: the patient confirmed the rest.

import type { JSX } from "preact";
import { dayAndTime } from "../shared/format";
import type { ChangedAnswerView, SinceView } from "../shared/protocol/types";
import { Icon } from "../shared/ui/Icon";
import { SEVERITY_WORDS } from "./words";

export function Since(props: { since: SinceView | null }): JSX.Element | null {
  const { since } = props;
  if (since === null) return null;
  const { changed, confirmed, left_out } = since;
  return (
    <section aria-labelledby="since-title" data-testid="since">
      <h3 id="since-title">Since last time</h3>
      {changed.length > 0 && (
        <dl class="answers">
          {changed.map((each) => (
            <Changed key={each.question_id} changed={each} />
          ))}
        </dl>
      )}
      <p class="gf-muted gf-small">
        {changed.length === 0 ? "No answer changed. " : ""}
        {confirmed} confirmed by the patient as answered {dayAndTime(since.answered_at_ms)}
        {left_out > 0 ? `; ${left_out} shown and left open` : ""}.
      </p>
    </section>
  );
}

function Changed(props: { changed: ChangedAnswerView }): JSX.Element {
  const { changed } = props;
  const side = changed.flag === null ? "answer" : `answer answer-${changed.flag}`;
  return (
    <div class={side} data-testid={`changed-${changed.question_id}`}>
      <dt>{changed.question}</dt>
      <dd>
        <span>{changed.now}</span>
        <span class="gf-muted answer-before">was: {changed.before}</span>
        {changed.flag !== null && (
          <span class="answer-flag">
            <Icon name="flag" /> {SEVERITY_WORDS[changed.flag]}
          </span>
        )}
      </dd>
    </div>
  );
}
