// What a signed exam still allows, in words, and what is sent to end it. Pure.

import { calendarDay, dayAndTime } from "../shared/format";
import type { CoverView, RevokeForm } from "../shared/protocol/types";

export type EndReason = RevokeForm["reason"];
type RevokedReason = NonNullable<CoverView["revoked_reason"]>;

export interface CoverStanding {
  readonly key: "in_force" | "open" | "ended" | "expired";
  readonly words: string;
}

export const END_REASONS: readonly { readonly value: EndReason; readonly label: string }[] = [
  { value: "new_health_information", label: "New health information" },
  { value: "practitioner_decision", label: "My decision, for another reason" },
];

const ENDED: Readonly<Record<RevokedReason, string>> = {
  new_health_information: "new health information",
  new_class: "a later exam weighed a new class of treatment",
  superseded: "a later exam took its place",
  not_approved_later: "a later exam did not approve it",
  protocol_lapsed: "the site's protocol lapsed",
  practitioner_decision: "the practitioner ended it",
};

/** How an authorization stands on a day (ISO). */
export function coverStanding(cover: CoverView, today: string): CoverStanding {
  if (cover.revoked_at_ms !== null) {
    const why = cover.revoked_reason === null ? "" : `: ${ENDED[cover.revoked_reason]}`;
    return { key: "ended", words: `Ended ${dayAndTime(cover.revoked_at_ms)}${why}` };
  }
  if (cover.valid_until < today) {
    return { key: "expired", words: `Expired ${calendarDay(cover.valid_until)}` };
  }
  const until = `valid until ${calendarDay(cover.valid_until)}`;
  if (cover.disposition === "conditional" && cover.satisfied_at_ms === null) {
    return { key: "open", words: `Condition open, ${until}` };
  }
  return { key: "in_force", words: `In force, ${until}` };
}

/** Whether there is anything to end. */
export function canEnd(cover: CoverView, today: string): boolean {
  const { key } = coverStanding(cover, today);
  return key === "in_force" || key === "open";
}

/** What is sent, or null while the reason is not written. */
export function revocationOf(
  reason: EndReason,
  note: string,
  requestId: string,
): RevokeForm | null {
  const words = note.trim();
  return words === "" ? null : { request_id: requestId, reason, note: words };
}
