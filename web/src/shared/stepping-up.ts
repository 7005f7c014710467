// What was refused for want of a fresh proof of who one is: the page asks for one, once however
// many things wait for it, and then each is done again by itself. The dialog is account/step-up.tsx.

import { type ReadonlySignal, signal } from "@preact/signals";

export const STALE = "step_up_required";

const asked = signal(false);
/** Whether a proof is being asked for. */
export const proofAsked: ReadonlySignal<boolean> = asked;

let dialogs = 0;
let waiting: Promise<boolean> | null = null;
let settle: (proven: boolean) => void = () => undefined;

/** A dialog is there that can ask. Whatever still waits when it goes, is not proven. */
export function dialogOpened(): () => void {
  dialogs += 1;
  return () => {
    dialogs -= 1;
    if (dialogs === 0) answerProof(false);
  };
}

/** What came of it. */
export function answerProof(proven: boolean): void {
  const tell = settle;
  asked.value = false;
  waiting = null;
  settle = () => undefined;
  tell(proven);
}

/** Do something; where it takes a fresh proof, and one is given, do it once more. */
export async function freshly<T>(
  attempt: () => Promise<T>,
  isStale: (outcome: T) => boolean | Promise<boolean>,
): Promise<T> {
  const first = await attempt();
  if (!(await isStale(first)) || !(await provenAgain())) return first;
  return attempt();
}

function provenAgain(): Promise<boolean> {
  if (dialogs === 0) return Promise.resolve(false);
  waiting ??= new Promise((resolve) => {
    settle = resolve;
    asked.value = true;
  });
  return waiting;
}
