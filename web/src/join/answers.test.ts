import { describe, expect, test } from "vitest";
import type { QuestionnaireView, QuestionView } from "../shared/protocol/types";
import {
  type Answers,
  answered,
  answersToSend,
  isAsked,
  resumeAt,
  SCREEN_WEIGHT_MAX,
  screensOf,
  toggled,
  unanswered,
} from "./answers";

function question(id: string, change: Partial<QuestionView> = {}): QuestionView {
  const plain = { kind: "yes_no", text: id, help: "", choices: [], show_if: null };
  return { id, ...plain, sensitive: false, ...change };
}

const follow = (id: string, parent: string, equals: boolean | string): QuestionView =>
  question(id, { kind: "text", show_if: { question_id: parent, equals } });

function questionnaire(...questions: QuestionView[]): QuestionnaireView {
  return {
    version: "1",
    draft: true,
    carried: null,
    sections: [{ id: "general", title: "General", questions }],
  };
}

describe("which questions are asked", () => {
  const parent = question("allergy");
  const child = follow("details", "allergy", true);
  const groups = question("groups", { kind: "multi" });
  const timing = follow("timing", "groups", "isotretinoin");
  const all = [parent, child, groups, timing];

  test("a follow-up is asked only after its answer", () => {
    expect(isAsked(child, {}, all)).toBe(false);
    expect(isAsked(child, { allergy: false }, all)).toBe(false);
    expect(isAsked(child, { allergy: true }, all)).toBe(true);
  });

  test("on a multi, equals means contains", () => {
    expect(isAsked(timing, { groups: ["other"] }, all)).toBe(false);
    expect(isAsked(timing, { groups: ["other", "isotretinoin"] }, all)).toBe(true);
  });

  test("a follow-up of a hidden question is hidden too", () => {
    const grandchild = follow("more", "details", "x");
    expect(isAsked(grandchild, { details: "x" }, [...all, grandchild])).toBe(false);
  });

  test("answers of hidden questions stay here and are not sent", () => {
    const form = questionnaire(...all);
    const answers: Answers = { allergy: false, details: "nuts", unknown: true };
    expect(answersToSend(form, answers)).toEqual({ allergy: false });
  });
});

describe("choosing", () => {
  test("none excludes the others, and the others exclude none", () => {
    expect(toggled(["a", "b"], "none")).toEqual(["none"]);
    expect(toggled(["none"], "a")).toEqual(["a"]);
    expect(toggled(["a"], "b")).toEqual(["a", "b"]);
  });

  test("a second tap takes a choice back", () => {
    expect(toggled(["a", "b"], "a")).toEqual(["b"]);
    expect(toggled(["none"], "none")).toEqual([]);
  });

  test("an emptied answer is unanswered, and no is an answer", () => {
    expect(answered({ a: "x" }, "a", "")).toEqual({});
    expect(answered({ a: ["x"] }, "a", [])).toEqual({});
    expect(answered({ a: true }, "a", undefined)).toEqual({});
    expect(answered({}, "a", false)).toEqual({ a: false });
    expect(answered({}, "n", 0)).toEqual({ n: 0 });
  });

  test("what is hidden is not missing", () => {
    const all = [question("a"), follow("b", "a", true)];
    expect(unanswered(all, {}, all).map((each) => each.id)).toEqual(["a"]);
    expect(unanswered(all, { a: true }, all).map((each) => each.id)).toEqual(["b"]);
    expect(unanswered(all, { a: false }, all)).toEqual([]);
  });
});

describe("screens", () => {
  test("every question is on exactly one screen", () => {
    const ids = Array.from({ length: 33 }, (_, index) => `q${index}`);
    const screens = screensOf(questionnaire(...ids.map((id) => question(id))));
    expect(screens.flatMap((screen) => screen.questions.map((each) => each.id))).toEqual(ids);
    expect(screens.every((screen) => screen.questions.length <= SCREEN_WEIGHT_MAX)).toBe(true);
  });

  test("a follow-up stays beside its question even when another stands between", () => {
    const form = questionnaire(question("a"), question("b"), follow("c", "a", true));
    const [screen] = screensOf(form);
    expect(screen?.questions.map((each) => each.id)).toEqual(["a", "c", "b"]);
  });

  test("sensitive questions come last, with their follow-ups", () => {
    const form = questionnaire(
      question("secret", { sensitive: true }),
      question("open"),
      follow("why", "secret", true),
    );
    const screens = screensOf(form);
    expect(screens.map((screen) => screen.sensitive)).toEqual([false, true]);
    expect(screens[1]?.questions.map((each) => each.id)).toEqual(["secret", "why"]);
  });

  test("a question with twenty choices has a screen of its own", () => {
    const choices = Array.from({ length: 20 }, (_, index) => ({
      value: `${index}`,
      label: "",
    }));
    const long = question("long", { kind: "multi", choices });
    const screens = screensOf(questionnaire(question("a"), long, question("b")));
    expect(screens.map((screen) => screen.questions.length)).toEqual([1, 1, 1]);
  });
});

test("a reload goes on after the last screen that was answered", () => {
  const ids = Array.from({ length: 18 }, (_, index) => `q${index}`);
  const form = questionnaire(...ids.map((id) => question(id)));
  const screens = screensOf(form);
  const first = Object.fromEntries(ids.slice(0, 6).map((id) => [id, true]));
  const everything = Object.fromEntries(ids.map((id) => [id, true]));
  expect(resumeAt(screens, {})).toBe(0);
  expect(resumeAt(screens, first)).toBe(1);
  expect(resumeAt(screens, { q6: true })).toBe(2);
  expect(resumeAt(screens, everything)).toBe(2);
  expect(resumeAt([], {})).toBe(0);
});
