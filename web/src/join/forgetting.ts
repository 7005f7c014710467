// The end of a session on this device. Edge.

import { api, asApiError } from "../shared/http";

const AGAIN_MS = 2_000;

export const NOT_SIGNED_IN: ReadonlySet<string> = new Set(["not_signed_in", "session_expired"]);

/** Have the server forget this session. Keeps trying: a tablet must not be handed on with it. */
export async function forgetSession(path: string): Promise<void> {
  for (;;) {
    try {
      await api("POST", path);
      return;
    } catch (thrown) {
      if (NOT_SIGNED_IN.has(asApiError(thrown).code)) {
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }
}
