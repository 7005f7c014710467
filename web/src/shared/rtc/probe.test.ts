import { expect, test } from "vitest";
import type { IceServer } from "../protocol/types";
import {
  advice,
  beginProbes,
  judge,
  type ProbeEvent,
  type Probes,
  record,
  UNTESTED,
  type Way,
  waysThrough,
} from "./probe";

const ALL: readonly Way[] = ["udp", "turn_udp", "turn_tls"];
const STUN: IceServer = { urls: ["stun:s.test:3478"], username: null, credential: null };
const TURN: IceServer = {
  urls: ["turn:t.test:3478?transport=udp", "turns:t.test:443?transport=tcp"],
  username: "1:a",
  credential: "b",
};

const after = (...events: ProbeEvent[]): Probes => events.reduce(record, beginProbes(ALL));
const opened = (way: Way): ProbeEvent => ({ type: "opened", way });
const proven: ProbeEvent = { type: "proven", way: "udp" };
const pings = (way: Way, ...roundTripsMs: (number | null)[]): ProbeEvent[] =>
  roundTripsMs.flatMap((roundTripMs) => [
    { type: "sent", way },
    ...(roundTripMs === null ? [] : [{ type: "returned", way, roundTripMs } as const]),
  ]);

test("without servers only the way without a relay is tried", () => {
  expect([...waysThrough([]).keys()]).toEqual(["udp"]);
});

test("each TURN URL is tried by itself, with its credentials", () => {
  const ways = waysThrough([TURN]);
  expect(ways.get("turn_udp")).toEqual([{ ...TURN, urls: [TURN.urls[0]] }]);
  expect(ways.get("turn_tls")).toEqual([{ ...TURN, urls: [TURN.urls[1]] }]);
});

test("a TURN server is asked as a STUN server too, without credentials", () => {
  const stun = { urls: ["stun:t.test:3478"], username: null, credential: null };
  expect(waysThrough([STUN, TURN]).get("udp")).toEqual([STUN, stun]);
});

test("TURN over TCP without TLS counts as the way of TLS", () => {
  const tcp = { ...TURN, urls: ["turn:t.test:3478?transport=tcp"] };
  expect([...waysThrough([tcp]).keys()]).toEqual(["udp", "turn_tls"]);
});

test("a page that only reaches itself has proven nothing about its network", () => {
  expect(judge(after(opened("udp"))).path).toBe("blocked");
  expect(judge(after(opened("udp"), proven)).path).toBe("udp");
});

test("the best way that works is the path", () => {
  expect(judge(after(opened("turn_tls"), opened("turn_udp"))).path).toBe("turn_udp");
  expect(judge(after(opened("udp"), opened("turn_tls"))).path).toBe("turn_tls");
  expect(judge(after(...ALL.map(opened), proven)).path).toBe("udp");
});

test("nothing that opened is blocked, with no figures", () => {
  expect(judge(after())).toEqual({ ...UNTESTED, path: "blocked" });
});

test("half of the median is the round trip, since an echo passes the server twice", () => {
  const probes = after(opened("turn_tls"), ...pings("turn_tls", 80, 100, 5_000));
  expect(judge(probes)).toEqual({ path: "turn_tls", round_trip_ms: 50, loss_percent: 0 });
});

test("a probe that never came back is lost", () => {
  const probes = after(opened("turn_udp"), ...pings("turn_udp", 80, null, 80, null));
  expect(judge(probes).loss_percent).toBe(50);
});

test("when all are lost there is no round trip", () => {
  const probes = after(opened("turn_udp"), ...pings("turn_udp", null));
  expect(judge(probes)).toEqual({ path: "turn_udp", round_trip_ms: null, loss_percent: 100 });
});

test("a page's way to itself says nothing of delay, that to the TURN server does", () => {
  const direct = [opened("udp"), proven, ...pings("udp", 1, 1)];
  expect(judge(after(...direct)).round_trip_ms).toBeNull();
  expect(judge(after(...direct, ...pings("turn_udp", 90))).round_trip_ms).toBe(45);
});

test("an event of a way that is not tried changes nothing", () => {
  const probes = beginProbes(["udp"]);
  expect(record(probes, opened("turn_tls"))).toBe(probes);
});

test("what is told follows from path and figures", () => {
  const told = (path: Way, round_trip_ms: number | null = null, loss_percent = 0) =>
    advice({ path, round_trip_ms, loss_percent });
  expect(told("udp")).toBe("good");
  expect(told("udp", 300, 3)).toBe("good");
  expect(told("udp", 301)).toBe("slow");
  expect(told("udp", 20, 4)).toBe("slow");
  expect(told("turn_udp", 20)).toBe("relayed");
  expect(told("turn_tls")).toBe("relayed");
  expect(advice({ ...UNTESTED, path: "blocked" })).toBe("blocked");
  expect(advice(UNTESTED)).toBeNull();
});
