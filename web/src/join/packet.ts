// What was sent, and what is wanted, as the page shows it. Pure.

import type { ForwardView, UploadView } from "../shared/protocol/types";

/** A photo that nobody asked for. */
export const MORE = "more";

/** One photo that is wanted, and the one that is there. */
export interface Slot {
  readonly view: string;
  readonly upload: UploadView | null;
}

/** A file on its way; `sent` is 0 to 1. */
export interface Job {
  readonly fileId: string;
  readonly kind: UploadView["kind"];
  readonly view: string | null;
  readonly name: string;
  readonly sent: number;
  readonly state: "waiting" | "sending" | "failed";
  readonly code: string | null;
}

/** One record: its pages stand together. */
export interface RecordFile {
  readonly fileId: string;
  readonly pages: readonly UploadView[];
}

export function slotsOf(forward: ForwardView): Slot[] {
  return forward.wanted.map((view) => ({
    view,
    upload: forward.uploads.find((one) => one.kind === "image" && one.view === view) ?? null,
  }));
}

/** Photos beside the wanted ones: of other treatments, or sent on top. */
export function extrasOf(forward: ForwardView): UploadView[] {
  const wanted = new Set(forward.wanted);
  return forward.uploads.filter(
    (one) => one.kind === "image" && !(one.view !== null && wanted.has(one.view)),
  );
}

export function recordsOf(forward: ForwardView): RecordFile[] {
  const pages = forward.uploads.filter((one) => one.kind === "record");
  const files = [...new Set(pages.map((one) => one.file_id))];
  return files.map((fileId) => ({
    fileId,
    pages: pages.filter((one) => one.file_id === fileId),
  }));
}

/** Whether it can be sent off: nothing wanted is missing and nothing is on its way. */
export function isComplete(forward: ForwardView, jobs: readonly Job[]): boolean {
  return forward.missing.length === 0 && !jobs.some((job) => job.state !== "failed");
}

/** The job of a slot, if there is one. */
export function jobOf(jobs: readonly Job[], view: string): Job | null {
  return jobs.find((job) => job.kind === "image" && job.view === view) ?? null;
}

/** Refusals that are only a matter of time: the same file is sent again by itself. */
const PASSING: ReadonlySet<string> = new Set([
  "offline",
  "retry",
  "database_away",
  "upload_busy",
  "upload_not_processed",
  "starting",
]);
const TRIES_MAX = 6;
const FIRST_MS = 1_000;
const LONGEST_MS = 15_000;

/** Whether the same file may do later; otherwise another one is to be chosen. */
export function mayTryAgain(code: string | null): boolean {
  return code === null || PASSING.has(code);
}

/** After how long to try again; null: it is for the patient to decide. */
export function againAfter(code: string, tries: number): number | null {
  if (!PASSING.has(code) || tries >= TRIES_MAX) {
    return null;
  }
  return Math.min(FIRST_MS * 2 ** (tries - 1), LONGEST_MS);
}
