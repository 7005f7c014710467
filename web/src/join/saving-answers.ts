// Health answers on their way. The page stays open meanwhile: what is corrected before the server
// has answered is sent too, and nobody who changed something, or went elsewhere, is taken on.

import { api } from "../shared/http";
import type { JoinStateView } from "../shared/protocol/types";
import type { Answer, Answers } from "./answers";
import type { JoinSession } from "./session";

const PATH = "/api/v1/join/answers";

/** What of the page is looked at again when there is an answer. */
export interface AnswersPage {
  /** As they stand now: another object after each change. */
  readonly answers: () => Answers;
  readonly form: (answers: Answers) => Record<string, Answer>;
  /** Whether it still shows the screen whose answers were sent. */
  readonly isHere: () => boolean;
}

/** `touched`: taken, but somebody changed something, or went elsewhere, meanwhile: stay there. */
export type Outcome = "taken" | "touched" | "refused";

/**
 * Save the answers so far, or all of them when they are `done`. An earlier step that is open stays
 * so until they are.
 */
export async function putAnswers(
  session: JoinSession,
  page: AnswersPage,
  done: boolean,
): Promise<Outcome> {
  const was = session.back.value;
  let touched = false;
  const taken = await session.busily(async () => {
    let sent: Answers;
    let view: JoinStateView;
    const first = page.answers();
    do {
      sent = page.answers();
      view = await api<JoinStateView>("PUT", PATH, { answers: page.form(sent), done });
    } while (page.answers() !== sent);
    touched = sent !== first || !page.isHere();
    if (done && session.back.value === was) {
      // Before the answer is entered, which may say that another step comes now.
      session.back.value = touched ? "health" : null;
    }
    session.enter(view);
  });
  if (!taken) {
    return "refused";
  }
  if (done) {
    // Nobody waits for a video visit with an emergency: say it again, not just "not yet".
    session.emergencyRead.value =
      session.emergencyRead.value && session.view.value?.emergency !== true;
  }
  return touched ? "touched" : "taken";
}
