// Whether somebody is at the page, and when the server is to be told so. Pure.
//
//   ACTIVE --limit minus 60 s without input--> WARNING --60 s more--> OVER
//     ^-------------------- input -----------------'
//
// In a call nobody is idle: the server knows, and so does this. The server counts by itself;
// what is said here only saves people from being signed off unasked.

export const WARNING_S = 60;
export const TELL_EVERY_S = 60;
export const TELL_AGAIN_S = 10;

export interface Presence {
  /** Of the last input, in this window or another one of the same page. */
  readonly touchedAt: number;
  /** The input that the server was told of last; null: of none yet. */
  readonly toldOf: number | null;
  /** When it was tried last, and whether that came to anything. */
  readonly triedAt: number | null;
  readonly failed: boolean;
}

export type Idle =
  | { readonly name: "active" }
  | { readonly name: "warning"; readonly left_s: number }
  | { readonly name: "over" };

/** A page that was opened by hand just now. */
export function opened(now: number): Presence {
  return { touchedAt: now, toldOf: null, triedAt: null, failed: false };
}

/** Input, here or in another window; one that is told late takes nothing back. */
export function touched(presence: Presence, at: number): Presence {
  return at > presence.touchedAt ? { ...presence, touchedAt: at } : presence;
}

/** Where the page stands. */
export function idleState(presence: Presence, limit_s: number, now: number): Idle {
  const left_s = limit_s - (now - presence.touchedAt) / 1_000;
  if (left_s <= 0) return { name: "over" };
  // Where the limit is hardly longer than the warning, half of it is warned of.
  const warning_s = Math.min(WARNING_S, limit_s / 2);
  return left_s <= warning_s
    ? { name: "warning", left_s: Math.ceil(left_s) }
    : { name: "active" };
}

/** Whether the server is to be told now: of input that it does not know, and not too often. */
export function tells(presence: Presence, now: number): boolean {
  if (presence.toldOf !== null && presence.toldOf >= presence.touchedAt) return false;
  if (presence.triedAt === null) return true;
  const pause_s = presence.failed ? TELL_AGAIN_S : TELL_EVERY_S;
  return now - presence.triedAt >= pause_s * 1_000;
}

/** It was tried, and came to something or not. */
export function tried(presence: Presence, of: number, at: number, failed: boolean): Presence {
  return { ...presence, triedAt: at, failed, toldOf: failed ? presence.toldOf : of };
}
