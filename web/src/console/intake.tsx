// What the patient answered: the flagged answers at once, all of them by one click.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { AnsweredView, ChartView } from "../shared/protocol/types";
import { Icon } from "../shared/ui/Icon";
import { SEVERITY_WORDS } from "./words";

export function Intake(props: {
  view: ChartView;
  onAll?: () => void;
  /** Before the ids of its elements. */
  prefix?: string;
}): JSX.Element {
  const { view, onAll, prefix = "" } = props;
  const all = useSignal(false);
  const flagged = view.answers.filter((each) => each.flag !== null);
  const shown = all.value ? view.answers : flagged;
  return (
    <section class="intake" aria-labelledby={`${prefix}intake-title`}>
      <div class="gf-row gf-spread">
        <h3 id={`${prefix}intake-title`}>Intake answers</h3>
        <button
          id={`${prefix}item-answers`}
          type="button"
          class="quiet"
          aria-expanded={all.value}
          data-testid="intake-all"
          onClick={() => {
            all.value = !all.value;
            if (all.value) onAll?.();
          }}
        >
          {all.value ? "Show flagged only" : `Show all ${view.answers.length}`}
        </button>
      </div>
      {view.questions_draft && (
        <p class="gf-muted gf-small" data-testid="questions-draft">
          Draft questions, not clinically approved.
        </p>
      )}
      {shown.length === 0 && <p class="gf-muted gf-small">No answer is flagged.</p>}
      {bySection(shown).map(([section, answers]) => (
        <div key={section}>
          <h4>{section}</h4>
          <dl class="answers">
            {answers.map((each) => (
              <Answer key={each.question_id} answer={each} />
            ))}
          </dl>
        </div>
      ))}
      <Lines title="Consents" lines={view.consents} empty="No consent is on record." />
      <Lines title="Staff help" lines={view.staff_help} empty="No staff helped with this." />
    </section>
  );
}

function Answer(props: { answer: AnsweredView }): JSX.Element {
  const { answer } = props;
  return (
    <div class={answer.flag === null ? "answer" : `answer answer-${answer.flag}`}>
      <dt>{answer.question}</dt>
      <dd>
        {answer.answer}
        {answer.flag !== null && (
          <span class="answer-flag">
            <Icon name="flag" /> {SEVERITY_WORDS[answer.flag]}
          </span>
        )}
      </dd>
    </div>
  );
}

function Lines(props: { title: string; lines: readonly string[]; empty: string }): JSX.Element {
  return (
    <div class="lines">
      <h4>{props.title}</h4>
      {props.lines.length === 0 ? (
        <p class="gf-muted gf-small">{props.empty}</p>
      ) : (
        <ul>
          {props.lines.map((each) => (
            <li key={each}>{each}</li>
          ))}
        </ul>
      )}
    </div>
  );
}

function bySection(answers: readonly AnsweredView[]): [string, AnsweredView[]][] {
  const sections = new Map<string, AnsweredView[]>();
  for (const each of answers) {
    sections.set(each.section, [...(sections.get(each.section) ?? []), each]);
  }
  return [...sections];
}
