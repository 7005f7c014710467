import { afterEach, expect, test, vi } from "vitest";
import { lateServer } from "../shared/late-server";
import { ExamActs } from "./exam-acts";

afterEach(() => vi.unstubAllGlobals());

const EXAM = "/api/v1/portal/encounters/exam-1";

interface Acting {
  readonly acts: ExamActs;
  readonly links: readonly unknown[];
  readonly done: () => number;
}

function actsOf(): Acting {
  const links: unknown[] = [];
  let done = 0;
  const onDone = (): void => {
    done += 1;
  };
  const acts = new ExamActs(EXAM, { onLink: (link) => links.push(link), onDone });
  return { acts, links, done: () => done };
}

test("an exam is cancelled that was said to be, though a new link was on its way", async () => {
  const server = lateServer();
  const { acts, links } = actsOf();
  const linking = acts.newLink();
  await server.reached(1);
  acts.asking.value = true;
  const cancelling = acts.cancel();
  server.answer({ encounter_id: "exam-1" });
  await linking;
  expect([acts.asking.value, acts.cancelling.value, links]).toEqual([true, true, []]);
  await server.reached(2);
  server.answer({});
  await cancelling;
  expect(server.asked.map((one) => one.path)).toEqual([`${EXAM}/link`, `${EXAM}/cancel`]);
  expect([acts.asking.value, acts.cancelling.value]).toEqual([false, false]);
});

test("a link that comes while it is only asked leaves the question, and a refusal does", async () => {
  const server = lateServer();
  const { acts, links, done } = actsOf();
  const linking = acts.newLink();
  await acts.newLink();
  await server.reached(1);
  acts.asking.value = true;
  server.answer({ encounter_id: "exam-1" });
  await linking;
  expect([acts.asking.value, links.length, done()]).toEqual([true, 1, 0]);
  const cancelling = acts.cancel();
  await server.reached(2);
  server.refuse(503);
  await cancelling;
  expect([acts.asking.value, acts.error.value?.code]).toEqual([true, "retry"]);
  acts.asking.value = false;
  const again = acts.newLink();
  await server.reached(3);
  server.answer({ encounter_id: "exam-1" });
  await again;
  expect([links.length, done()]).toEqual([2, 1]);
});
