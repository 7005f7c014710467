// Answers from last time, as they may be confirmed. Pure.
//
// None of them counts by itself: a screen shows those of its questions that are not answered
// yet; the patient confirms all of them, or opens them to change what is different now. What was
// opened and not sent is forgotten again.

import type { QuestionView } from "../shared/protocol/types";
import { type Answer, type Answers, isAsked } from "./answers";

/** The answers from last time to questions of a screen that have none now. */
export function carriedOn(
  questions: readonly QuestionView[],
  answers: Answers,
  carried: Answers,
  all: readonly QuestionView[],
): Answers {
  const open = questions.filter(
    (one) => answers[one.id] === undefined && carried[one.id] !== undefined,
  );
  const shown = Object.fromEntries(open.map((one) => [one.id, carried[one.id] as Answer]));
  const together = { ...shown, ...answers };
  return Object.fromEntries(
    open
      .filter((one) => isAsked(one, together, all))
      .map((one) => [one.id, carried[one.id] as Answer]),
  );
}

/** The answers without those that were only opened, and neither confirmed nor changed. */
export function withoutOpened(answers: Answers, opened: ReadonlySet<string>): Answers {
  const kept = Object.entries(answers).filter(([id]) => !opened.has(id));
  return opened.size === 0 ? answers : Object.fromEntries(kept);
}

/** An answer in words. */
export function inWords(
  question: QuestionView,
  answer: Answer,
  words: { readonly yes: string; readonly no: string },
): string {
  if (typeof answer === "boolean") return answer ? words.yes : words.no;
  const label = (value: string): string =>
    question.choices.find((one) => one.value === value)?.label ?? value;
  return Array.isArray(answer) ? answer.map(label).join(", ") : label(String(answer));
}
