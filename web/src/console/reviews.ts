// The review queue in words. Pure: `now` is the server's clock in ms.

import { dayAndTime } from "../shared/format";
import type { ReviewItemView, ReviewRow, ReviewView } from "../shared/protocol/types";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** When it is due: in how long, or how late it is. */
export function dueWords(row: Pick<ReviewRow, "due_at_ms">, nowMs: number): string {
  const left = row.due_at_ms - nowMs;
  const words = lengthWords(Math.abs(left));
  return left > 0 ? `Due in ${words}` : `Overdue by ${words}`;
}

export function isOverdue(row: Pick<ReviewRow, "due_at_ms">, nowMs: number): boolean {
  return row.due_at_ms <= nowMs;
}

function lengthWords(ms: number): string {
  if (ms < HOUR) {
    const minutes = Math.max(1, Math.round(ms / MINUTE));
    return minutes === 1 ? "1 minute" : `${minutes} minutes`;
  }
  const hours = Math.round(ms / HOUR);
  if (hours >= 48) return `${Math.round(hours / 24)} days`;
  return hours === 1 ? "1 hour" : `${hours} hours`;
}

/** Where the patient and the site are; once, where that is the same. */
export function placeWords(row: Pick<ReviewRow, "jurisdiction" | "site_jurisdiction">): string {
  return row.jurisdiction === row.site_jurisdiction
    ? row.jurisdiction
    : `${row.jurisdiction}, treatment in ${row.site_jurisdiction}`;
}

/** The pictures of a packet, in the order in which they were sent. */
export function pictures(review: ReviewView): ReviewItemView[] {
  return review.items.filter((each) => each.kind !== "answers");
}

/** What a picture is, as the patient was asked for it. */
export function pictureName(item: ReviewItemView, index: number): string {
  if (item.kind === "record") return `Record, page ${item.page ?? index + 1}`;
  const view = item.view ?? "";
  if (view === "" || view === "more") return `Photo ${index + 1}`;
  const words = view.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The one to look at next: the first that was not opened, after `key` if there is one. */
export function nextPicture(review: ReviewView, key: string | null): string | null {
  const all = pictures(review);
  const at = all.findIndex((each) => each.key === key);
  const turned = [...all.slice(at + 1), ...all.slice(0, at + 1)];
  return turned.find((each) => !each.opened)?.key ?? null;
}

export function openedWords(review: ReviewView): string {
  const opened = review.items.filter((each) => each.opened).length;
  return `${opened} of ${review.items.length} opened`;
}

/** What is said once a review ended without a signature. */
export function endedWords(how: "review.return" | "review.upgrade"): string {
  return how === "review.upgrade"
    ? "The patient and the spa are told: it goes on by live video."
    : "It is back in the queue for somebody else.";
}

export function sentWords(review: ReviewView): string {
  return `Sent ${dayAndTime(review.submitted_at_ms)}`;
}
