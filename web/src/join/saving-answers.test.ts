import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Answers } from "./answers";
import { asked, last, pageAt, settled, standIn, viewOf } from "./fixtures";
import { type AnswersPage, type Outcome, putAnswers } from "./saving-answers";
import type { JoinSession } from "./session";

beforeEach(standIn);
afterEach(() => void vi.unstubAllGlobals());

/** Answers on a page whose "Next" was pressed. */
class Pressed {
  answers: Answers = { pregnant: false };
  here = true;
  readonly outcome: Promise<Outcome>;

  constructor(session: JoinSession, done: boolean) {
    const page: AnswersPage = {
      answers: () => this.answers,
      form: (all) => ({ ...all }),
      isHere: () => this.here,
    };
    this.outcome = putAnswers(session, page, done);
  }
}

const sent = (): unknown[] =>
  asked.filter((one) => one.what === "PUT answers").map((one) => one.body);
const DONE = viewOf({ step: "consent", answers_done: true });

test("answers that nobody touches meanwhile are taken, and the next step comes", async () => {
  const session = await pageAt(viewOf());
  const pressed = new Pressed(session, true);
  await last("PUT answers").answer(DONE);
  expect(await pressed.outcome).toBe("taken");
  expect(session.screen.value).toBe("consent");
});

test("what is corrected while the last answers are on their way is sent, and can be seen", async () => {
  const session = await pageAt(viewOf());
  const pressed = new Pressed(session, true);
  pressed.answers = { pregnant: true };
  await last("PUT answers").answer(DONE);
  expect(session.busy.value).toBe(true);
  await last("PUT answers").answer(DONE);
  expect(await pressed.outcome).toBe("touched");
  expect(sent()).toEqual([
    { answers: { pregnant: false }, done: true },
    { answers: { pregnant: true }, done: true },
  ]);
  expect(session.screen.value).toBe("health");
  const again = new Pressed(session, true);
  await last("PUT answers").answer(DONE);
  expect([await again.outcome, session.screen.value]).toEqual(["taken", "consent"]);
});

test.each([false, true])(
  "whoever goes a screen back meanwhile stays there (%s)",
  async (done) => {
    const session = await pageAt(viewOf());
    const pressed = new Pressed(session, done);
    pressed.here = false;
    await last("PUT answers").answer(done ? DONE : viewOf());
    expect(await pressed.outcome).toBe("touched");
    expect([session.screen.value, sent().length]).toEqual(["health", 1]);
  },
);

test("whoever goes back to another step meanwhile stays there", async () => {
  const session = await pageAt(viewOf());
  const pressed = new Pressed(session, true);
  session.goBack();
  await last("PUT answers").answer(DONE);
  await pressed.outcome;
  expect(session.screen.value).toBe("treatments");
});

test("a correction that the server refuses is told, and the page stays", async () => {
  const session = await pageAt(viewOf());
  const pressed = new Pressed(session, true);
  pressed.answers = { pregnant: true };
  await last("PUT answers").answer(DONE);
  await last("PUT answers").answer({ error: { code: "bad_request" } }, 400);
  expect(await pressed.outcome).toBe("refused");
  await settled();
  expect([session.screen.value, session.error.value?.code]).toEqual(["health", "bad_request"]);
});
