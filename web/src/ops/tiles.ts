// The tile map: the 51 jurisdictions as equal squares, about where they lie. Pure.
//
// Every tile says in words and by a pattern of its edge what its colour says.

import type { OpsTile } from "../shared/protocol/types";
import { type Limits, waitOf } from "./state";

// Rows from north to south, twelve columns from west to east; a dot is no place.
const MAP = `
AK . . . . . . . . . . ME
. . . . . . . . . . VT NH
. WA ID MT ND MN IL WI MI NY RI MA
. OR NV WY SD IA IN OH PA NJ CT .
. CA UT CO NE MO KY WV VA MD DE .
. . AZ NM KS AR TN NC SC DC . .
. . . . OK LA MS AL GA . . .
HI . . . TX . . . . FL . .`;

export interface Square {
  readonly code: string;
  /** From 1. */
  readonly row: number;
  readonly column: number;
}

export const SQUARES: readonly Square[] = MAP.trim()
  .split("\n")
  .flatMap((line, row) =>
    line
      .trim()
      .split(" ")
      .map((code, column) => ({ code, row: row + 1, column: column + 1 })),
  )
  .filter((square) => square.code !== ".");

export type Coverage = "uncovered" | "late" | "waiting" | "free" | "busy" | "off" | "none";

/** How it stands in one jurisdiction, the gravest first. */
export function coverage(tile: OpsTile, serverNowMs: number, limits: Limits): Coverage {
  if (tile.uncovered > 0) return "uncovered";
  if (tile.oldest_ready_at_ms !== null) {
    const waited = waitOf(tile.oldest_ready_at_ms, serverNowMs);
    return waited > limits.alertMs ? "late" : "waiting";
  }
  if (tile.idle > 0) return "free";
  if (tile.on_duty > 0) return "busy";
  return tile.licensed > 0 ? "off" : "none";
}

/** In at most eight letters, for the tile itself. */
export const WORD: Readonly<Record<Coverage, string>> = {
  uncovered: "nobody",
  late: "late",
  waiting: "waiting",
  free: "free",
  busy: "busy",
  off: "off duty",
  none: "none",
};

/** In a sentence, for the details and the legend. */
export const SENTENCE: Readonly<Record<Coverage, string>> = {
  uncovered: "Somebody waits, and nobody on duty may see them",
  late: "Somebody has waited too long",
  waiting: "Somebody waits, and somebody on duty may see them",
  free: "Nobody waits, somebody is free",
  busy: "Nobody waits, everybody on duty is busy",
  off: "Nobody licensed is on duty",
  none: "Nobody in the network is licensed",
};

export const ORDER: readonly Coverage[] = [
  "uncovered",
  "late",
  "waiting",
  "free",
  "busy",
  "off",
  "none",
];

export type Step = "up" | "down" | "left" | "right" | "first" | "last";

/** The square that an arrow key leads to: the next one that way, or the same. */
export function neighbour(code: string, step: Step): string {
  const from = SQUARES.find((square) => square.code === code);
  if (step === "first" || from === undefined) return SQUARES[0]?.code ?? code;
  if (step === "last") return SQUARES[SQUARES.length - 1]?.code ?? code;
  const side = step === "left" || step === "right";
  const sign = step === "right" || step === "down" ? 1 : -1;
  const along = (square: Square): number =>
    sign * (side ? square.column - from.column : square.row - from.row);
  const across = (square: Square): number =>
    Math.abs(side ? square.row - from.row : square.column - from.column);
  const ahead = SQUARES.filter(
    (square) => along(square) > 0 && (!side || across(square) === 0),
  );
  const [next] = [...ahead].sort((a, b) => along(a) - along(b) || across(a) - across(b));
  return next?.code ?? code;
}
