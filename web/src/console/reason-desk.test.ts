import { expect, test } from "vitest";
import { ReasonDesk, type ReasonEdges } from "./reason-desk";

const FLAGS = [{ code: "anticoagulant", question_id: "medicines", applies_to: "filler" }];

interface Chart extends ReasonEdges {
  readonly sent: string[];
  /** How many of what must be over before a signature are on their way. */
  readonly underWay: () => number;
  /** Answer the oldest. */
  readonly answer: (problem: string | null) => void;
}

function chart(): Chart {
  const sent: string[] = [];
  const open: ((problem: string | null) => void)[] = [];
  let underWay = 0;
  return {
    sent,
    underWay: () => underWay,
    answer: (problem) => open.shift()?.(problem),
    reasonFlags: (_flags, reason) => {
      sent.push(reason);
      return new Promise((resolve) => open.push(resolve));
    },
    tracked: (work) => {
      underWay += 1;
      void work.finally(() => {
        underWay -= 1;
      });
      return work;
    },
  };
}

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

test("what is typed while an earlier reason is saved is saved after it", async () => {
  const edges = chart();
  const desk = new ReasonDesk(edges, FLAGS, "");
  desk.typed.value = "Stopped last week.";
  const keeping = desk.keep("");
  desk.typed.value = "Still taken; no needle today.";
  await desk.keep("");
  edges.answer(null);
  await turn();
  expect([edges.sent, edges.underWay()]).toEqual([
    ["Stopped last week.", "Still taken; no needle today."],
    1,
  ]);
  edges.answer(null);
  await keeping;
  await turn();
  expect([desk.busy.value, edges.underWay()]).toEqual([false, 0]);
});

test("words that are not left yet wait, and the same ones are sent once", async () => {
  const edges = chart();
  const desk = new ReasonDesk(edges, FLAGS, "");
  desk.typed.value = "Stopped last week.";
  const keeping = desk.keep("");
  await desk.keep("");
  desk.typed.value = "Stopped last week. Asked h";
  desk.typed.value = "Stopped last week.";
  edges.answer(null);
  await keeping;
  await desk.keep("Stopped last week.");
  expect(edges.sent).toEqual(["Stopped last week."]);
});

test("a refused reason is said, and tried again when it is left again", async () => {
  const edges = chart();
  const desk = new ReasonDesk(edges, FLAGS, "");
  desk.typed.value = "Stopped last week.";
  const first = desk.keep("");
  edges.answer("The server is busy.");
  await first;
  expect(desk.problem.value).toBe("The server is busy.");
  const second = desk.keep("");
  edges.answer(null);
  await second;
  expect([desk.problem.value, edges.sent.length]).toEqual([null, 2]);
});
