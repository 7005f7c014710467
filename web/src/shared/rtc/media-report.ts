// What this side says to the server about the picture that it receives; the same in both modes.

import type { CallSetup } from "../protocol/types";
import type { MediaNews } from "./frames";
import type { CallDraft } from "./ongoing-call";

/** The command that tells `news`. `startedAt` is when this half began, on `performance.now`. */
export function mediaReport(setup: CallSetup, news: MediaNews, startedAt: number): CallDraft {
  const { encounter_id, generation } = setup;
  if (news !== "first_frame") {
    return { type: `call.${news}`, encounter_id, generation };
  }
  const since_accept_ms = Math.round(performance.now() - startedAt);
  return { type: "call.first_frame", encounter_id, generation, since_accept_ms };
}
