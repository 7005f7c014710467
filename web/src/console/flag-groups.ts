// Review flags as they are answered: one reason for one flag, whatever treatments it counts for.
// Pure.

import type { ChartView, HealthFlag, NamedFlag } from "../shared/protocol/types";

export interface FlagGroup {
  readonly key: string;
  readonly reason: string;
  /** What the server calls them: one for each treatment that the flag counts for. */
  readonly flags: readonly NamedFlag[];
  readonly appliesTo: readonly string[];
  /** The practitioner's words; empty while there are none, or not for every treatment. */
  readonly answer: string;
}

export function flagGroups(view: Pick<ChartView, "flags" | "flag_reasons">): FlagGroup[] {
  const groups = new Map<string, HealthFlag[]>();
  for (const flag of view.flags) {
    if (flag.severity !== "review") continue;
    const key = `${flag.code}:${flag.question_id}`;
    groups.set(key, [...(groups.get(key) ?? []), flag]);
  }
  return [...groups].map(([key, flags]) => ({
    key,
    reason: flags[0]?.reason ?? "",
    flags: flags.map(({ code, question_id, applies_to }) => ({
      code,
      question_id,
      applies_to,
    })),
    appliesTo: flags.map((one) => one.applies_to),
    answer: answerOf(view, flags),
  }));
}

function answerOf(view: Pick<ChartView, "flag_reasons">, flags: readonly HealthFlag[]): string {
  const answers = flags.map(
    (flag) =>
      view.flag_reasons.find(
        (one) =>
          one.code === flag.code &&
          one.question_id === flag.question_id &&
          one.applies_to === flag.applies_to,
      )?.reason ?? "",
  );
  return answers.includes("") ? "" : (answers[0] ?? "");
}
