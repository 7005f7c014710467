import { describe, expect, test } from "vitest";
import {
  ASK_AGAIN_MS,
  ASK_AGAIN_MS_MAX,
  isDead,
  LEGS_MAX,
  type Legs,
  type LegsEffect,
  type LegsEvent,
  NO_LEGS,
  reduce,
  SILENT_MS,
} from "./legs";

const BEGUN: LegsEvent = { type: "begun" };
const offered = (leg: number, restart = 0, sdp = `${leg}.${restart}`): LegsEvent => ({
  type: "offered",
  leg,
  restart,
  sdp,
});
const linked = (leg: number): LegsEvent => ({ type: "linked", leg });
const closed = (leg: number): LegsEvent => ({ type: "closed", leg });
const connected = (leg: number): LegsEvent => ({ type: "stands", leg, standing: "connected" });
const failed = (leg: number): LegsEvent => ({ type: "stands", leg, standing: "failed" });
const looked = (leg: number, packets: number): LegsEvent => ({ type: "looked", leg, packets });

/** Play events at instant `at`; what they led to, and what was asked for by the last one. */
function play(
  events: readonly LegsEvent[],
  from: Legs = NO_LEGS,
  at = 0,
): { legs: Legs; effects: readonly LegsEffect[] } {
  let step: { legs: Legs; effects: readonly LegsEffect[] } = { legs: from, effects: [] };
  for (const event of events) {
    step = reduce(step.legs, event, at);
  }
  return step;
}

const numbers = (legs: Legs): number[] => legs.all.map((each) => each.number);
const inCall = (): Legs =>
  play([
    offered(1),
    connected(1),
    BEGUN,
    linked(1),
    { type: "call", state: "connected" },
    looked(1, 10),
  ]).legs;

describe("what the server offers", () => {
  test("a new number is a connection beside the ones there are", () => {
    const { legs, effects } = play([offered(1), offered(2)]);
    expect(numbers(legs)).toEqual([1, 2]);
    expect(effects).toEqual([{ do: "open", leg: 2, sdp: "2.0" }]);
  });

  test("a higher restart of a known number is answered by that connection", () => {
    const { legs, effects } = play([offered(1), offered(1, 1)]);
    expect(numbers(legs)).toEqual([1]);
    expect(legs.all[0]?.restart).toBe(1);
    expect(effects).toEqual([{ do: "answer", leg: 1, sdp: "1.1" }]);
  });

  test("the same offer once more is answered once more", () => {
    expect(play([offered(1), offered(1)]).effects).toEqual([
      { do: "answer", leg: 1, sdp: "1.0" },
    ]);
  });

  test("a known number with another connection behind it replaces the old one", () => {
    const again = play([offered(1), connected(1), offered(1, 0, "other")]);
    expect(again.effects).toEqual([
      { do: "close", leg: 1 },
      { do: "open", leg: 1, sdp: "other" },
    ]);
    expect(again.legs.all[0]?.standing).toBe("connecting");
  });

  test("an offer that cannot be applied is told, and forgotten", () => {
    const { legs, effects } = play([offered(1), { type: "rejected", leg: 1 }]);
    expect(numbers(legs)).toEqual([]);
    expect(effects).toEqual([
      { do: "close", leg: 1 },
      { do: "fail", leg: 1, reason: "description_rejected" },
    ]);
  });
});

describe("the camera", () => {
  test("goes out to no leg before the call has begun", () => {
    const { legs } = play([offered(1), connected(1), linked(1)]);
    expect(legs.all.some((each) => each.sending)).toBe(false);
  });

  test("goes out at once when the call begins, connected or not", () => {
    const { effects } = play([offered(1), offered(2), connected(2), BEGUN]);
    expect(effects.filter((each) => each.do === "send")).toEqual([
      { do: "send", leg: 1 },
      { do: "send", leg: 2 },
    ]);
  });

  test("goes out to a replacement as soon as that is connected", () => {
    const before = play([offered(2)], inCall());
    expect(before.effects).toEqual([{ do: "open", leg: 2, sdp: "2.0" }]);
    expect(reduce(before.legs, connected(2), 0).effects).toEqual([{ do: "send", leg: 2 }]);
  });

  test("is taken from every leg when the attempt is over, and the legs stay", () => {
    const { legs, effects } = play([offered(2), connected(2), { type: "paused" }], inCall());
    expect(numbers(legs)).toEqual([1, 2]);
    expect(effects).toEqual([
      { do: "hush", leg: 1 },
      { do: "hush", leg: 2 },
    ]);
  });
});

describe("the first picture", () => {
  const shownBy = (events: readonly LegsEvent[]): readonly LegsEffect[] =>
    play(events).effects.filter((each) => each.do === "show");

  test("is not missed: the leg that will be linked is shown when the call begins", () => {
    expect(shownBy([offered(1), connected(1), BEGUN])).toEqual([{ do: "show", leg: 1 }]);
    expect(shownBy([offered(1), BEGUN])).toEqual([{ do: "show", leg: 1 }]);
  });

  test("is awaited on the newest leg that is connected", () => {
    const begun = [offered(1), offered(2), offered(3), connected(1), connected(2), BEGUN];
    expect(shownBy(begun)).toEqual([{ do: "show", leg: 2 }]);
  });

  test("is awaited on the linked leg when that is known", () => {
    const begun = [offered(1), connected(1), linked(1), offered(2), connected(2), BEGUN];
    expect(shownBy(begun)).toEqual([{ do: "show", leg: 1 }]);
  });

  test("is awaited elsewhere when another leg is linked", () => {
    const begun = [offered(1), connected(1), offered(2), connected(2), BEGUN];
    expect(shownBy([...begun, linked(1)])).toEqual([{ do: "show", leg: 1 }]);
  });
});

describe("make before break", () => {
  test("a linked leg is shown, and only then do the older ones go", () => {
    const beside = play([offered(2), connected(2)], inCall()).legs;
    const { legs, effects } = reduce(beside, linked(2), 0);
    expect(numbers(legs)).toEqual([2]);
    expect(effects).toEqual([
      { do: "show", leg: 2 },
      { do: "close", leg: 1 },
    ]);
  });

  test("a replacement that was not needed goes, and the old leg carries on", () => {
    const { legs, effects } = play([offered(2), connected(2), closed(2)], inCall());
    expect(numbers(legs)).toEqual([1]);
    expect(legs.linked).toBe(1);
    expect(effects).toEqual([{ do: "close", leg: 2 }]);
  });

  test("a leg that was linked before the page knew of the call is shown when it begins", () => {
    expect(play([offered(3), connected(3), linked(3), BEGUN]).effects).toEqual([
      { do: "send", leg: 3 },
      { do: "show", leg: 3 },
    ]);
  });
});

describe("a path that is gone", () => {
  const ice: LegsEffect = { do: "refresh", leg: 1, reason: "ice" };
  const stalled: LegsEffect = { do: "refresh", leg: 1, reason: "stalled" };

  test("is asked for when the linked connection says so", () => {
    const lost: LegsEvent = { type: "stands", leg: 1, standing: "disconnected" };
    expect(play([lost], inCall()).effects).toEqual([ice]);
  });

  test("is asked for again, ever more rarely, until something arrives", () => {
    let legs = inCall();
    const askedAt: number[] = [];
    legs = reduce(legs, failed(1), 0).legs;
    for (let at = 250; at < 60_000; at += 250) {
      const step = reduce(legs, looked(1, 10), at);
      legs = step.legs;
      askedAt.push(...step.effects.map(() => at));
    }
    const first = ASK_AGAIN_MS;
    expect(askedAt).toEqual([first, 3 * first, 7 * first, 7 * first + ASK_AGAIN_MS_MAX]);
  });

  test("is told by a second of silence, while the server believes that all is well", () => {
    expect(reduce(inCall(), looked(1, 10), SILENT_MS - 1).effects).toEqual([]);
    expect(reduce(inCall(), looked(1, 10), SILENT_MS).effects).toEqual([stalled]);
    expect(isDead(inCall(), SILENT_MS)).toBe(true);
  });

  test("is left alone when the server knows of an interruption: it may be the other side", () => {
    const known = play([{ type: "call", state: "interrupted" }], inCall()).legs;
    expect(reduce(known, looked(1, 10), 10 * SILENT_MS).effects).toEqual([]);
  });

  test("silence before anything has arrived is no silence", () => {
    const fresh = play([offered(1), connected(1), BEGUN, linked(1)]).legs;
    const later = play([{ type: "call", state: "connected" }, looked(1, 0)], fresh, 60_000);
    expect(later.effects).toEqual([]);
  });

  test("is asked for at once on another network", () => {
    const asked = play([failed(1)], inCall()).legs;
    expect(reduce(asked, { type: "network_changed" }, 1).effects).toEqual([
      { do: "refresh", leg: 1, reason: "network" },
    ]);
  });

  test("is asked for when the socket comes back, unless media go on", () => {
    const back: LegsEvent = { type: "socket_back" };
    expect(reduce(inCall(), back, 10).effects).toEqual([]);
    expect(reduce(inCall(), back, SILENT_MS).effects).toEqual([
      { do: "refresh", leg: 1, reason: "socket" },
    ]);
  });

  test("of a leg that carries nothing yet is told as a failure", () => {
    const told: LegsEffect = { do: "fail", leg: 2, reason: "connection_failed" };
    expect(play([offered(2), failed(2)], inCall()).effects).toEqual([told]);
    expect(play([offered(2), failed(2)]).effects).toEqual([told]);
  });
});

describe("whatever happens, in any order", () => {
  const random = (seed: number): (() => number) => {
    let state = seed;
    return () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state / 2 ** 32;
    };
  };

  function anyEvent(next: () => number): LegsEvent {
    const leg = 1 + Math.floor(next() * 7);
    const standings = ["connecting", "connected", "disconnected", "failed"] as const;
    const states = ["connecting", "connected", "interrupted", "failed"] as const;
    const makers: readonly (() => LegsEvent)[] = [
      () => offered(leg, Math.floor(next() * 3)),
      () => linked(leg),
      () => closed(leg),
      () => ({ type: "rejected", leg }),
      () => ({ type: "stands", leg, standing: standings[Math.floor(next() * 4)] ?? "failed" }),
      () => looked(leg, Math.floor(next() * 1_000)),
      () => ({ type: "call", state: states[Math.floor(next() * 4)] ?? "failed" }),
      () => BEGUN,
      () => ({ type: "paused" }),
      () => ({ type: next() < 0.5 ? "network_changed" : "socket_back" }),
    ];
    return (makers[Math.floor(next() * makers.length)] as () => LegsEvent)();
  }

  /** Run many histories; `hold` is called after every step. */
  function histories(
    hold: (before: Legs, event: LegsEvent, after: Legs, effects: readonly LegsEffect[]) => void,
  ): void {
    for (let seed = 1; seed <= 300; seed += 1) {
      const next = random(seed);
      let legs = NO_LEGS;
      for (let turn = 0; turn < 60; turn += 1) {
        const event = anyEvent(next);
        const step = reduce(legs, event, turn * 300);
        hold(legs, event, step.legs, step.effects);
        legs = step.legs;
      }
    }
  }

  test("there are never more than a few legs, each once, and the linked one is among them", () => {
    histories((_before, _event, after) => {
      expect(after.all.length).toBeLessThanOrEqual(LEGS_MAX);
      expect(new Set(numbers(after)).size).toBe(after.all.length);
      expect(after.linked === null || numbers(after).includes(after.linked)).toBe(true);
    });
  });

  test("what the effects open and close is what there is", () => {
    const open = new Set<number>();
    histories((before, _event, after, effects) => {
      if (before === NO_LEGS) {
        open.clear();
      }
      for (const effect of effects) {
        if (effect.do === "open") {
          expect(open.has(effect.leg)).toBe(false);
          open.add(effect.leg);
        } else if (effect.do === "close") {
          expect(open.delete(effect.leg)).toBe(true);
        } else if (effect.do !== "fail") {
          expect(open.has(effect.leg)).toBe(true);
        }
      }
      expect([...open].sort()).toEqual(numbers(after).sort());
    });
  });

  test("no leg sends unless the call has begun, and each leg knows what it does", () => {
    const sending = new Set<number>();
    histories((before, _event, after, effects) => {
      if (before === NO_LEGS) {
        sending.clear();
      }
      for (const effect of effects) {
        if (effect.do === "send") {
          expect(after.begun).toBe(true);
          sending.add(effect.leg);
        } else if (effect.do === "hush" || effect.do === "close") {
          sending.delete(effect.leg);
        }
      }
      const said = after.all.filter((each) => each.sending).map((each) => each.number);
      expect([...sending].sort()).toEqual(said.sort());
      expect(after.begun || sending.size === 0).toBe(true);
    });
  });

  test("the leg that carries the call is closed by the server or a successor, never to make room", () => {
    histories((before, event, _after, effects) => {
      const gone = effects.some((each) => each.do === "close" && each.leg === before.linked);
      const named = "leg" in event && event.leg === before.linked;
      expect(!gone || named || event.type === "linked").toBe(true);
    });
  });

  test("what cannot be known changes nothing: a path is asked for of the linked leg only", () => {
    histories((_before, _event, after, effects) => {
      for (const effect of effects) {
        if (effect.do === "refresh") {
          expect(effect.leg).toBe(after.linked);
          expect(after.begun).toBe(true);
        }
      }
    });
  });
});
