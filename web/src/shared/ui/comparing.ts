// What comparing words came to when those that are shown change. Pure.

export type Comparing = "none" | "first" | "anew" | "gone";

/**
 * `compared`: the words that were found the same last; `shown`: those of the call that is
 * connected directly; `relayed`: the call goes through the relay, where there are none.
 */
export function comparing(
  compared: string | null,
  shown: string | null,
  relayed: boolean,
): Comparing {
  if (compared !== null && relayed) return "gone";
  if (shown === null) return "none";
  return compared === null || compared === shown ? "first" : "anew";
}
