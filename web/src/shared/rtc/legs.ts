// The legs of one encounter: connections to the relay by number, and what to do about them.
//
//   offered ---> connecting --> connected --> (linked) carries the call --> closed
//                    ^              |
//                    '-- offered again (ICE restart) <-- disconnected, failed, silent: refresh
//
// The server offers, links and closes. A replacement is made beside what there is: a leg makes
// older ones go only once it carries the call. Nothing is sent before the call has begun.
//
// Pure: effects are performed by `relay-call.ts`. `now` is any clock of this page, in ms.

import type { CallStateName, LegFailed, LegRefresh } from "../protocol/types";

export type Standing = "connecting" | "connected" | "disconnected" | "failed";

export interface Leg {
  readonly number: number;
  readonly restart: number;
  readonly sdp: string;
  readonly standing: Standing;
  readonly sending: boolean;
}

export interface Legs {
  /** In the order in which they were offered. */
  readonly all: readonly Leg[];
  /** The one that carries the call, as the server says. */
  readonly linked: number | null;
  /** Accepted, and through the relay: camera and microphone may go out. */
  readonly begun: boolean;
  /** What the server knows; null until it has said it. */
  readonly call: CallStateName | null;
  /** Packets of the linked leg and when there were last more of them; null before the first. */
  readonly heard: { readonly packets: number; readonly atMs: number } | null;
  /** How often a path was asked for since the last one that worked, and when last. */
  readonly asked: { readonly times: number; readonly atMs: number } | null;
}

export type LegsEvent =
  | {
      readonly type: "offered";
      readonly leg: number;
      readonly restart: number;
      readonly sdp: string;
    }
  | { readonly type: "linked" | "closed" | "rejected"; readonly leg: number }
  | { readonly type: "stands"; readonly leg: number; readonly standing: Standing }
  | { readonly type: "begun" | "paused" | "network_changed" | "socket_back" }
  | { readonly type: "call"; readonly state: CallStateName }
  | { readonly type: "looked"; readonly leg: number; readonly packets: number };

export type LegsEffect =
  | { readonly do: "open" | "answer"; readonly leg: number; readonly sdp: string }
  | { readonly do: "close" | "send" | "hush" | "show"; readonly leg: number }
  | { readonly do: "refresh"; readonly leg: number; readonly reason: LegRefresh["reason"] }
  | { readonly do: "fail"; readonly leg: number; readonly reason: LegFailed["reason"] };

export interface Step {
  readonly legs: Legs;
  readonly effects: readonly LegsEffect[];
}

/** More than the server ever has at once; a bound, so that nothing grows. */
export const LEGS_MAX = 4;
/** How long nothing may arrive that should. Sound flows all the time, also when muted. */
export const SILENT_MS = 1_000;
export const ASK_AGAIN_MS = 4_000;
export const ASK_AGAIN_MS_MAX = 16_000;

export const NO_LEGS: Legs = {
  all: [],
  linked: null,
  begun: false,
  call: null,
  heard: null,
  asked: null,
};

export function reduce(legs: Legs, event: LegsEvent, now: number): Step {
  switch (event.type) {
    case "offered":
      return offered(legs, event, now);
    case "linked":
      return linked(legs, event.leg);
    case "closed":
      return find(legs, event.leg) === undefined ? same(legs) : closed(legs, event.leg);
    case "rejected":
      return rejected(legs, event.leg);
    case "stands":
      return stands(legs, event.leg, event.standing, now);
    case "begun":
      return begun(legs);
    case "paused":
      return paused(legs);
    case "call":
      return same({ ...legs, call: event.state });
    case "looked":
      return looked(legs, event, now);
    case "network_changed":
      return ask({ ...legs, asked: null }, "network", now);
    case "socket_back":
      return isDead(legs, now) ? ask({ ...legs, asked: null }, "socket", now) : same(legs);
  }
}

/** Whether the linked leg is known to carry nothing. */
export function isDead(legs: Legs, now: number): boolean {
  const leg = find(legs, legs.linked);
  return leg !== undefined && (isBroken(leg) || isSilent(legs, now));
}

function isBroken({ standing }: Leg): boolean {
  return standing === "disconnected" || standing === "failed";
}

function isSilent({ heard }: Legs, now: number): boolean {
  return heard !== null && now - heard.atMs >= SILENT_MS;
}

// ------------------------------------------------------------------ what the server says

function offered(
  legs: Legs,
  { leg: number, restart, sdp }: Extract<LegsEvent, { type: "offered" }>,
  now: number,
): Step {
  const known = find(legs, number);
  // The server is at it: that counts as an answer, should it have been asked.
  const asked = legs.begun ? { times: legs.asked?.times ?? 1, atMs: now } : null;
  if (known !== undefined && (restart > known.restart || sdp === known.sdp)) {
    const again: Leg = { ...known, restart, sdp };
    return {
      legs: { ...put(legs, again), asked },
      effects: [{ do: "answer", leg: number, sdp }],
    };
  }
  // A number that comes with another connection: the server forgot the one it was given to.
  const before = known === undefined ? same(legs) : closed(legs, number);
  const room = makeRoom(before.legs);
  const fresh: Leg = { number, restart, sdp, standing: "connecting", sending: false };
  return {
    legs: { ...room.legs, all: [...room.legs.all, fresh], asked },
    effects: [...before.effects, ...room.effects, { do: "open", leg: number, sdp }],
  };
}

/** The oldest leg that does not carry the call goes when there are too many. */
function makeRoom(legs: Legs): Step {
  const spare = legs.all.find((each) => each.number !== legs.linked);
  return legs.all.length < LEGS_MAX || spare === undefined
    ? same(legs)
    : closed(legs, spare.number);
}

function linked(legs: Legs, number: number): Step {
  const at = legs.all.findIndex((each) => each.number === number);
  const leg = legs.all[at];
  if (leg === undefined) {
    return same(legs);
  }
  const older = legs.all.slice(0, at);
  const carries: Legs = {
    ...legs,
    all: legs.all.slice(at),
    linked: number,
    heard: legs.linked === number ? legs.heard : null,
    asked: null,
  };
  const sent = legs.begun ? send(carries, leg) : same(carries);
  return {
    legs: sent.legs,
    effects: [
      ...sent.effects,
      ...(legs.begun ? [{ do: "show", leg: number } as const] : []),
      ...older.map((each) => ({ do: "close", leg: each.number }) as const),
    ],
  };
}

function closed(legs: Legs, number: number): Step {
  const wasLinked = legs.linked === number;
  return {
    legs: {
      ...legs,
      all: legs.all.filter((each) => each.number !== number),
      linked: wasLinked ? null : legs.linked,
      heard: wasLinked ? null : legs.heard,
    },
    effects: [{ do: "close", leg: number }],
  };
}

// ------------------------------------------------------------------ what the call does

function begun(legs: Legs): Step {
  let step = same({ ...legs, begun: true, asked: null, heard: null });
  for (const leg of legs.all) {
    step = then(step, (now) => send(now, leg));
  }
  const shown = find(legs, legs.linked) ?? likeliest(legs);
  return shown === undefined
    ? step
    : then(step, (now) => ({ legs: now, effects: [{ do: "show", leg: shown.number }] }));
}

/**
 * The leg that will be linked, before the server says so. Nothing comes on it until it is, but
 * the first picture may be here before the word is.
 */
function likeliest({ all }: Legs): Leg | undefined {
  return all.filter((each) => each.standing === "connected").at(-1) ?? all.at(-1);
}

function paused(legs: Legs): Step {
  return {
    legs: {
      ...legs,
      all: legs.all.map((each) => ({ ...each, sending: false })),
      begun: false,
      call: null,
      heard: null,
      asked: null,
    },
    effects: legs.all
      .filter((each) => each.sending)
      .map((each) => ({ do: "hush", leg: each.number })),
  };
}

function send(legs: Legs, leg: Leg): Step {
  return leg.sending
    ? same(legs)
    : {
        legs: put(legs, { ...leg, sending: true }),
        effects: [{ do: "send", leg: leg.number }],
      };
}

// ------------------------------------------------------------------ what the connections say

function rejected(legs: Legs, number: number): Step {
  if (find(legs, number) === undefined) {
    return same(legs);
  }
  const { legs: rest, effects } = closed(legs, number);
  const told = { do: "fail", leg: number, reason: "description_rejected" } as const;
  return { legs: rest, effects: [...effects, told] };
}

function stands(legs: Legs, number: number, standing: Standing, now: number): Step {
  const leg = find(legs, number);
  if (leg === undefined || leg.standing === standing) {
    return same(legs);
  }
  const after = put(legs, { ...leg, standing });
  if (standing === "connected") {
    return legs.begun ? send(after, { ...leg, standing }) : same(after);
  }
  if (number === legs.linked) {
    return standing === "connecting" ? same(after) : ask(after, "ice", now);
  }
  const told = { do: "fail", leg: number, reason: "connection_failed" } as const;
  return { legs: after, effects: standing === "failed" ? [told] : [] };
}

function looked(
  legs: Legs,
  { leg: number, packets }: Extract<LegsEvent, { type: "looked" }>,
  now: number,
): Step {
  const leg = find(legs, number);
  if (number !== legs.linked || leg === undefined) {
    return same(legs);
  }
  if (packets > (legs.heard?.packets ?? 0)) {
    return same({ ...legs, heard: { packets, atMs: now }, asked: null });
  }
  if (isBroken(leg)) {
    return ask(legs, "ice", now);
  }
  // While the server knows of an interruption it acts by itself: the silence may well be the
  // other side's, and this side's path is then not to be touched.
  return legs.call === "connected" && isSilent(legs, now)
    ? ask(legs, "stalled", now)
    : same(legs);
}

/** Ask for a path, but not again before the last request had its time. */
function ask(legs: Legs, reason: LegRefresh["reason"], now: number): Step {
  const { asked, linked: number } = legs;
  const early = asked !== null && now - asked.atMs < pauseAfter(asked.times);
  if (!legs.begun || number === null || early) {
    return same(legs);
  }
  return {
    legs: { ...legs, asked: { times: (asked?.times ?? 0) + 1, atMs: now } },
    effects: [{ do: "refresh", leg: number, reason }],
  };
}

function pauseAfter(times: number): number {
  return Math.min(ASK_AGAIN_MS * 2 ** (times - 1), ASK_AGAIN_MS_MAX);
}

// ------------------------------------------------------------------ small parts

function same(legs: Legs): Step {
  return { legs, effects: [] };
}

function then(step: Step, next: (legs: Legs) => Step): Step {
  const { legs, effects } = next(step.legs);
  return { legs, effects: [...step.effects, ...effects] };
}

function find(legs: Legs, number: number | null): Leg | undefined {
  return legs.all.find((each) => each.number === number);
}

function put(legs: Legs, leg: Leg): Legs {
  const all = legs.all.map((each) => (each.number === leg.number ? leg : each));
  return { ...legs, all };
}
