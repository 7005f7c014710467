// The questionnaire as the patient meets it. Pure: which questions show, in screens of how
// many, what a tap on a choice does, and what is sent.
//
// An answer that is not there is "unanswered", never "no". Sensitive questions come last, so
// that they can wait until the patient is alone.

import type { AnswersForm, QuestionnaireView, QuestionView } from "../shared/protocol/types";

export type Answer = AnswersForm["answers"][string];
export type Answers = Readonly<Record<string, Answer>>;

export const NONE = "none";
export const SCREEN_WEIGHT_MAX = 6;
export const MEDICINES_MAX = 40;
export const MEDICINE_CHARS_MAX = 80;
export const TEXT_MAX = 1_000;

export interface QuestionScreen {
  readonly sectionId: string;
  readonly title: string;
  readonly sensitive: boolean;
  readonly questions: readonly QuestionView[];
}

/** Whether a question is asked, given the answers so far. On a multi, equals means contains. */
export function isAsked(
  question: QuestionView,
  answers: Answers,
  all: readonly QuestionView[],
): boolean {
  const rule = question.show_if;
  if (rule === null) {
    return true;
  }
  const parent = all.find((each) => each.id === rule.question_id);
  if (parent !== undefined && !isAsked(parent, answers, all)) {
    return false;
  }
  const given = answers[rule.question_id];
  return Array.isArray(given) ? given.includes(String(rule.equals)) : given === rule.equals;
}

export function allQuestions(questionnaire: QuestionnaireView): readonly QuestionView[] {
  return questionnaire.sections.flatMap((section) => section.questions);
}

/** Screens of few questions; a follow-up stays beside the question that it follows. */
export function screensOf(questionnaire: QuestionnaireView): readonly QuestionScreen[] {
  const open: QuestionScreen[] = [];
  const sensitive: QuestionScreen[] = [];
  for (const section of questionnaire.sections) {
    const families = familiesOf(section.questions);
    const frame = { sectionId: section.id, title: section.title };
    const some = (wanted: boolean) =>
      families.filter((family) => isSensitive(family) === wanted);
    open.push(
      ...pack(some(false)).map((questions) => ({ ...frame, sensitive: false, questions })),
    );
    sensitive.push(
      ...pack(some(true)).map((questions) => ({ ...frame, sensitive: true, questions })),
    );
  }
  return [...open, ...sensitive];
}

/** What a tap on a choice of a multi leaves chosen: "none" and the others exclude each other. */
export function toggled(chosen: readonly string[], value: string): string[] {
  if (chosen.includes(value)) {
    return chosen.filter((each) => each !== value);
  }
  return value === NONE ? [NONE] : [...chosen.filter((each) => each !== NONE), value];
}

/** The answers with one more, or with one taken back (undefined, or an empty value). */
export function answered(answers: Answers, id: string, answer: Answer | undefined): Answers {
  const { [id]: _, ...others } = answers;
  return answer === undefined || isEmpty(answer) ? others : { ...others, [id]: answer };
}

/** The questions of a screen that show now and have no answer. */
export function unanswered(
  questions: readonly QuestionView[],
  answers: Answers,
  all: readonly QuestionView[],
): readonly QuestionView[] {
  return questions.filter(
    (question) => isAsked(question, answers, all) && answers[question.id] === undefined,
  );
}

/** What goes to the server: only answers of questions that are asked. */
export function answersToSend(
  questionnaire: QuestionnaireView,
  answers: Answers,
): Record<string, Answer> {
  const all = allQuestions(questionnaire);
  const kept = all.filter((question) => isAsked(question, answers, all));
  return Object.fromEntries(
    kept.flatMap((question) => {
      const answer = answers[question.id];
      return answer === undefined ? [] : [[question.id, answer] as const];
    }),
  );
}

/** Where a reload goes on: behind the last screen with an answer, as each is saved by Next. */
export function resumeAt(screens: readonly QuestionScreen[], answers: Answers): number {
  const last = screens.findLastIndex((screen) =>
    screen.questions.some((question) => answers[question.id] !== undefined),
  );
  return Math.min(last + 1, Math.max(0, screens.length - 1));
}

function familiesOf(questions: readonly QuestionView[]): readonly (readonly QuestionView[])[] {
  const families: QuestionView[][] = [];
  for (const question of questions) {
    const parent = question.show_if?.question_id;
    const family = families.find((each) => each.some((member) => member.id === parent));
    if (parent !== undefined && family !== undefined) {
      family.push(question);
    } else {
      families.push([question]);
    }
  }
  return families;
}

function pack(families: readonly (readonly QuestionView[])[]): readonly QuestionView[][] {
  const screens: QuestionView[][] = [];
  let weight = Number.POSITIVE_INFINITY;
  for (const family of families) {
    const more = family.reduce((sum, question) => sum + weightOf(question), 0);
    if (weight + more > SCREEN_WEIGHT_MAX) {
      screens.push([]);
      weight = 0;
    }
    screens.at(-1)?.push(...family);
    weight += more;
  }
  return screens;
}

/** How much of a screen a question takes; a follow-up that may never show counts little. */
function weightOf(question: QuestionView): number {
  if (question.show_if !== null) {
    return 0.5;
  }
  const choices = question.choices.length;
  const weights: Record<string, number> = {
    choice: 0.5 + choices / 3,
    multi: 0.5 + choices / 3,
    text: 1.5,
    medicine_list: 2,
  };
  return weights[question.kind] ?? 1;
}

function isSensitive(family: readonly QuestionView[]): boolean {
  return family.some((question) => question.sensitive);
}

function isEmpty(answer: Answer): boolean {
  return answer === "" || (Array.isArray(answer) && answer.length === 0);
}
