// Emergency access in words and times. Pure: `now` is the server's clock in ms.

import type { EmergencyAccessForm, EmergencyAccessView } from "../shared/protocol/types";

export const REASON_MIN = 20;
export const REASON_MAX = 500;

/** What the form holds. */
export interface Wanted {
  readonly by: "name" | "exam";
  readonly name: string;
  readonly birthDate: string;
  readonly exam: string;
  readonly reason: string;
}

export const NOBODY: Wanted = { by: "name", name: "", birthDate: "", exam: "", reason: "" };

/** What is sent; null while something is missing. */
export function formOf(wanted: Wanted): EmergencyAccessForm | null {
  const reason = wanted.reason.trim();
  if (reason.length < REASON_MIN) return null;
  const nobody = { encounter_id: null, legal_name: null, birth_date: null };
  if (wanted.by === "exam") {
    const exam = wanted.exam.trim();
    return exam === "" ? null : { ...nobody, encounter_id: exam, reason };
  }
  const name = wanted.name.trim();
  if (name === "" || wanted.birthDate === "") return null;
  return { ...nobody, legal_name: name, birth_date: wanted.birthDate, reason };
}

/** How many characters the reason still wants. */
export function reasonMissing(reason: string): number {
  return Math.max(0, REASON_MIN - reason.trim().length);
}

/** Those whose time is not over. */
export function stillOpen(
  open: readonly EmergencyAccessView[],
  now: number,
): EmergencyAccessView[] {
  return open.filter((one) => now < one.expires_at_ms);
}

/** The time that is left, as 59:07; it is never said to be more than there is. */
export function timeLeft(one: Pick<EmergencyAccessView, "expires_at_ms">, now: number): string {
  const left = Math.max(0, Math.floor((one.expires_at_ms - now) / 1_000));
  return `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
}

/** The same for a screen reader, which is told seldom: each ten minutes, then each minute. */
export function timeLeftSpoken(
  one: Pick<EmergencyAccessView, "expires_at_ms">,
  now: number,
): string {
  const minutes = Math.ceil(Math.max(0, one.expires_at_ms - now) / 60_000);
  const said = minutes > 5 ? Math.ceil(minutes / 10) * 10 : minutes;
  return said === 1 ? "less than a minute left" : `less than ${said} minutes left`;
}
