// The wait in words: a range, never a position and never a countdown. Pure.

import type { WaitEstimate } from "../shared/protocol/types";

export interface WaitSentence {
  readonly key: string;
  readonly values: Record<string, number | string>;
}

/** `at` says an instant in words. */
export function waitSentence(
  wait: WaitEstimate | null,
  at: (ms: number) => string,
): WaitSentence {
  if (wait === null) {
    return { key: "wait.unknown", values: {} };
  }
  if (wait.kind === "nobody_on_duty" && wait.opens_at_ms !== null) {
    return { key: "wait.nobody_until", values: { time: at(wait.opens_at_ms) } };
  }
  if (wait.kind !== "range") {
    return { key: `wait.${wait.kind}`, values: {} };
  }
  const { low_min: low, high_min: high } = wait;
  if (high <= 1) {
    return { key: "wait.short", values: {} };
  }
  return low === high
    ? { key: "wait.about", values: { count: high } }
    : { key: "wait.range", values: { low: Math.max(1, low), high } };
}
