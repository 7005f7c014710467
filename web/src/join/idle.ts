// A tablet that nobody touches forgets its patient. Pure.
//
//   ACTIVE --limit minus 20 s without a touch--> WARNING --20 s more--> OVER
//
// Never while waiting or in a call: there the server and the clinician look after the place.

import type { ScreenName } from "./flow";

export const WARNING_S = 20;

export type Idle =
  | { readonly name: "active" }
  | { readonly name: "warning"; readonly left_s: number }
  | { readonly name: "over" };

export function idleState(
  idle: {
    readonly touchedAt: number;
    readonly limit_s: number;
    readonly screen: ScreenName | null;
  },
  now: number,
): Idle {
  if (idle.screen === "waiting" || idle.screen === "call") {
    return { name: "active" };
  }
  const left_s = idle.limit_s - (now - idle.touchedAt) / 1_000;
  if (left_s <= 0) {
    return { name: "over" };
  }
  return left_s <= WARNING_S
    ? { name: "warning", left_s: Math.ceil(left_s) }
    : { name: "active" };
}
