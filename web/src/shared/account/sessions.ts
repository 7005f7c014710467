// Where somebody is signed in, in words, and what can be done about it. Pure.

import { dayAndTime, span } from "../format";
import type { OwnSessionView } from "../protocol/types";

const WAYS: Readonly<Record<string, string>> = {
  password: "by password",
  password_code: "by password and code",
  recovery: "by a recovery code",
  passkey: "by passkey",
  oidc: "by your organization",
};
const NOW_MS = 90_000;
const HOUR_MS = 3_600_000;

export interface SessionLine {
  readonly id: string;
  readonly here: boolean;
  readonly where: string;
  readonly signedIn: string;
  readonly used: string;
}

/** This one first, then whichever was used last. */
export function linesOf(
  sessions: readonly OwnSessionView[],
  now: number,
  timeZone?: string,
): SessionLine[] {
  const inOrder = [...sessions].sort(
    (one, other) =>
      Number(other.here) - Number(one.here) || other.last_seen_at_ms - one.last_seen_at_ms,
  );
  return inOrder.map((one) => ({
    id: one.id,
    here: one.here,
    where: one.agent ?? "Unknown browser",
    signedIn: signedInWords(one, timeZone),
    used: one.here ? "This one" : usedWords(now - one.last_seen_at_ms),
  }));
}

function signedInWords(session: OwnSessionView, timeZone?: string): string {
  const way = WAYS[session.way];
  const at = dayAndTime(session.proved_at_ms, "en-US", timeZone);
  return way === undefined ? at : `${at}, ${way}`;
}

function usedWords(ago_ms: number): string {
  if (ago_ms < NOW_MS) return "Used just now";
  if (ago_ms < HOUR_MS) return `Used ${Math.floor(ago_ms / 60_000)} min ago`;
  return `Used ${span(ago_ms)} h ago`;
}

/** What is said about other places in which an account is signed in; null where there are none. */
export function elsewhereWords(others: number): string | null {
  if (others === 0) return null;
  return others === 1
    ? "You are also signed in elsewhere. If that was not you, end it in your account."
    : `You are also signed in in ${others} other places. If that was not you, end them in your account.`;
}
