// Is media flowing? Pure: fed with the count of decoded frames and the time.
//
//   WAITING --first frame--> FLOWING --no new frame for 2 s--> FROZEN --a new frame--> FLOWING
//
// While the other side has its camera off no frame is expected, and silence is not a fault.

import type { CallStatus } from "../protocol/types";

export const FROZEN_AFTER_MS = 2_000;

export type FlowName = "waiting" | "flowing" | "frozen";

export interface Flow {
  readonly name: FlowName;
  readonly frames: number;
  readonly grewAt: number;
}

export type FlowNews = "first_frame" | "interrupted" | "recovered" | null;

export function beginFlow(now: number): Flow {
  return { name: "waiting", frames: 0, grewAt: now };
}

/** The flow after one look, and what is new about it. */
export function observe(
  flow: Flow,
  look: { readonly frames: number; readonly expected: boolean },
  now: number,
): { flow: Flow; news: FlowNews } {
  if (look.frames > flow.frames) {
    const grown: Flow = { name: "flowing", frames: look.frames, grewAt: now };
    const news: Record<FlowName, FlowNews> = {
      waiting: "first_frame",
      frozen: "recovered",
      flowing: null,
    };
    return { flow: grown, news: news[flow.name] };
  }
  if (!look.expected) {
    const news = flow.name === "frozen" ? "recovered" : null;
    const name = flow.name === "frozen" ? "flowing" : flow.name;
    return { flow: { ...flow, name, frames: look.frames, grewAt: now }, news };
  }
  if (flow.name === "flowing" && now - flow.grewAt >= FROZEN_AFTER_MS) {
    return { flow: { ...flow, name: "frozen" }, news: "interrupted" };
  }
  return { flow: { ...flow, frames: look.frames }, news: null };
}

/**
 * What the server does not know of a flow, when it tells the whole state and that its call is in
 * `state`: whoever was told of it may have died, or have been cut off, before it was written.
 */
export function unheard(flow: FlowName, state: CallStatus["state"]): FlowNews {
  if (state === "connecting" && flow !== "waiting") {
    return "first_frame";
  }
  return state === "connected" && flow === "frozen" ? "interrupted" : null;
}
