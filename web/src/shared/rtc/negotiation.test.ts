import { describe, expect, test } from "vitest";
import { begin, judge, mayOffer, type Negotiation, reduce } from "./negotiation";

const stable = (polite: boolean): Negotiation => begin(polite);
const holding = (polite: boolean): Negotiation =>
  reduce(begin(polite), { type: "signaling", state: "have-local-offer" });
const making = (polite: boolean): Negotiation => reduce(begin(polite), { type: "offer_begun" });

describe("an offer arrives", () => {
  test("both sides answer it when nothing of their own is under way", () => {
    expect(judge(stable(true), "offer")).toBe("answer");
    expect(judge(stable(false), "offer")).toBe("answer");
  });

  test("when offers cross, the polite side answers and the impolite side ignores", () => {
    for (const state of [holding, making]) {
      expect(judge(state(true), "offer")).toBe("answer");
      expect(judge(state(false), "offer")).toBe("ignore");
    }
  });

  test("it does not cross with an answer that is just being set", () => {
    const settling = reduce(holding(false), { type: "answer_begun" });
    expect(judge(settling, "offer")).toBe("answer");
    expect(judge(reduce(settling, { type: "answer_done" }), "offer")).toBe("ignore");
  });
});

describe("an answer arrives", () => {
  test("it is applied to an offer of one's own", () => {
    expect(judge(holding(true), "answer")).toBe("apply");
    expect(judge(holding(false), "answer")).toBe("apply");
  });

  test("it is dropped when there is none: the offer was rolled back, or it comes twice", () => {
    expect(judge(stable(true), "answer")).toBe("drop");
    expect(judge(stable(false), "answer")).toBe("drop");
  });
});

test("a rollback from outside is never obeyed", () => {
  expect(judge(holding(true), "rollback")).toBe("drop");
});

test("an offer is made only from stable, and one at a time", () => {
  expect(mayOffer(stable(false))).toBe(true);
  expect(mayOffer(making(false))).toBe(false);
  expect(mayOffer(holding(false))).toBe(false);
  expect(mayOffer(reduce(making(false), { type: "offer_done" }))).toBe(true);
});

test("the polite side leaves the first offer to the other, and offers freely afterwards", () => {
  expect(mayOffer(stable(true))).toBe(false);
  expect(mayOffer(reduce(stable(true), { type: "remote_applied" }))).toBe(true);
});

test("what was decided about the last offer is remembered for its candidates", () => {
  const ignored = reduce(stable(false), { type: "offer_judged", ignored: true });
  expect(ignored.ignoreOffer).toBe(true);
  expect(reduce(ignored, { type: "offer_judged", ignored: false }).ignoreOffer).toBe(false);
});

test("crossing offers settle: exactly one side's offer is answered", () => {
  const polite = judge(holding(true), "offer");
  const impolite = judge(holding(false), "offer");
  expect([polite, impolite].filter((verdict) => verdict === "answer")).toHaveLength(1);
});
