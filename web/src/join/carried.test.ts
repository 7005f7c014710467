import { describe, expect, it } from "vitest";
import type { QuestionView } from "../shared/protocol/types";
import { carriedOn, inWords, withoutOpened } from "./carried";

function question(id: string, more: Partial<QuestionView> = {}): QuestionView {
  return {
    id,
    kind: "yes_no",
    text: id,
    help: "",
    choices: [],
    show_if: null,
    sensitive: false,
    ...more,
  };
}

const SURGERY = question("surgery", { kind: "text" });
const ALLERGY = question("allergy");
const DETAILS = question("details", {
  kind: "text",
  show_if: { question_id: "allergy", equals: true },
});
const ALL = [SURGERY, ALLERGY, DETAILS];
const LAST_TIME = { surgery: "none", allergy: true, details: "Bee stings" };

describe("answers from last time", () => {
  it("are shown for the questions that have no answer now", () => {
    expect(carriedOn(ALL, {}, LAST_TIME, ALL)).toEqual(LAST_TIME);
    expect(carriedOn([SURGERY], {}, LAST_TIME, ALL)).toEqual({ surgery: "none" });
    expect(carriedOn(ALL, { surgery: "a knee" }, LAST_TIME, ALL)).toEqual({
      allergy: true,
      details: "Bee stings",
    });
  });

  it("are not shown where a new answer means that the question is not asked", () => {
    expect(carriedOn(ALL, { allergy: false }, LAST_TIME, ALL)).toEqual({ surgery: "none" });
  });

  it("are nothing for somebody who is here for the first time", () => {
    expect(carriedOn(ALL, {}, {}, ALL)).toEqual({});
  });

  it("are forgotten again when they were opened and not sent", () => {
    const answers = { surgery: "none", allergy: true };
    expect(withoutOpened(answers, new Set(["allergy"]))).toEqual({ surgery: "none" });
  });
});

describe("an answer in words", () => {
  const words = { yes: "Yes", no: "No" };
  it("is said as its choices are", () => {
    const choices = [
      { value: "diabetes", label: "Diabetes" },
      { value: "asthma", label: "Asthma" },
    ];
    const multi = question("conditions", { kind: "multi", choices });
    expect(inWords(multi, ["asthma", "diabetes"], words)).toBe("Asthma, Diabetes");
    expect(inWords(ALLERGY, false, words)).toBe("No");
    expect(inWords(question("age", { kind: "number" }), 35, words)).toBe("35");
    expect(inWords(question("medicines"), ["Aspirin"], words)).toBe("Aspirin");
  });
});
