// Whether the console accepts an offer by itself. Pure: what is known comes in, yes or no out.
//
// It never does so for somebody who is writing, because accepting leads away from the note, nor
// in a window that could not show and hear the patient.

import { type ConsoleState, liveOffer } from "./state";

export interface PageFacts {
  /** The focus is where typing goes into. */
  readonly writing: boolean;
  /** A question is open that the practitioner has to answer first. */
  readonly asked: boolean;
  /** Camera and microphone are open in this window. */
  readonly devices: boolean;
}

export function acceptsByItself(state: ConsoleState, page: PageFacts, now: number): boolean {
  return (
    state.autoAccept &&
    liveOffer(state, now) !== null &&
    page.devices &&
    !page.writing &&
    !page.asked
  );
}
