// What a network lets through, judged from probes. Pure: events in, a verdict out.
//
// Each way is tried between two connections of the same page:
//   udp       without a relay; proven by an answer from outside, since the page always
//             reaches itself
//   turn_udp  through a TURN server over UDP
//   turn_tls  through a TURN server over TCP or TLS

import type { DeviceTestForm, IceServer } from "../protocol/types";

export type Way = "udp" | "turn_udp" | "turn_tls";
export type NetworkResult = Required<
  Pick<DeviceTestForm, "path" | "round_trip_ms" | "loss_percent">
>;
export type Advice = "good" | "slow" | "relayed" | "blocked";

export interface Probe {
  readonly opened: boolean;
  readonly proven: boolean;
  readonly sent: number;
  readonly roundTripsMs: readonly number[];
}

export type Probes = Readonly<Partial<Record<Way, Probe>>>;

export type ProbeEvent =
  | { readonly type: "opened" | "proven" | "sent"; readonly way: Way }
  | { readonly type: "returned"; readonly way: Way; readonly roundTripMs: number };

/** 150 ms each way (ITU-T G.114); and loss that repairs of the picture still keep up with. */
export const ROUND_TRIP_GOOD_MS_MAX = 300;
export const LOSS_GOOD_PERCENT_MAX = 3;

const BEST_FIRST: readonly Way[] = ["udp", "turn_udp", "turn_tls"];
const UNTRIED: Probe = { opened: false, proven: false, sent: 0, roundTripsMs: [] };

export const UNTESTED: NetworkResult = {
  path: "untested",
  round_trip_ms: null,
  loss_percent: null,
};

/** The ways that the given servers allow to try, each with the servers that it goes through. */
export function waysThrough(servers: readonly IceServer[]): ReadonlyMap<Way, IceServer[]> {
  const ways = new Map<Way, IceServer[]>([["udp", []]]);
  for (const server of servers) {
    for (const url of server.urls) {
      const way = wayOf(url);
      ways.set(way, [...(ways.get(way) ?? []), { ...server, urls: [url] }]);
      if (way === "turn_udp") {
        // A TURN server answers STUN as well, and no answer is what tells that UDP is blocked.
        const stun = url.replace(/^turn:/, "stun:").replace(/\?.*$/, "");
        ways.get("udp")?.push({ urls: [stun], username: null, credential: null });
      }
    }
  }
  return ways;
}

function wayOf(url: string): Way {
  if (url.startsWith("stun")) {
    return "udp";
  }
  return url.startsWith("turns:") || url.endsWith("transport=tcp") ? "turn_tls" : "turn_udp";
}

export function beginProbes(ways: Iterable<Way>): Probes {
  return Object.fromEntries([...ways].map((way) => [way, UNTRIED]));
}

/** The probes after one event; one of a way that is not tried changes nothing. */
export function record(probes: Probes, event: ProbeEvent): Probes {
  const probe = probes[event.way];
  return probe === undefined ? probes : { ...probes, [event.way]: recorded(probe, event) };
}

function recorded(probe: Probe, event: ProbeEvent): Probe {
  switch (event.type) {
    case "opened":
      return { ...probe, opened: true };
    case "proven":
      return { ...probe, proven: true };
    case "sent":
      return { ...probe, sent: probe.sent + 1 };
    case "returned":
      return { ...probe, roundTripsMs: [...probe.roundTripsMs, event.roundTripMs] };
  }
}

/** The best way that works, and what was measured towards the nearest TURN server. */
export function judge(probes: Probes): NetworkResult {
  const path = BEST_FIRST.find((way) => works(way, probes[way]));
  if (path === undefined) {
    return { ...UNTESTED, path: "blocked" };
  }
  const measured = path === "turn_tls" ? probes.turn_tls : probes.turn_udp;
  return { path, ...figures(measured) };
}

function works(way: Way, probe: Probe | undefined): boolean {
  return probe?.opened === true && (way !== "udp" || probe.proven);
}

/** A probe and its echo pass the server twice, so half of their time is one round trip. */
function figures(probe: Probe | undefined): Omit<NetworkResult, "path"> {
  if (probe === undefined || probe.sent === 0) {
    return { round_trip_ms: null, loss_percent: null };
  }
  const sorted = [...probe.roundTripsMs].sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)];
  const lost = Math.max(0, probe.sent - sorted.length);
  return {
    round_trip_ms: median === undefined ? null : Math.round(median / 2),
    loss_percent: Math.round((100 * lost) / probe.sent),
  };
}

/** What to tell a patient; null when there is nothing to say. */
export function advice(result: NetworkResult): Advice | null {
  switch (result.path) {
    case "untested":
      return null;
    case "blocked":
      return "blocked";
    case "turn_udp":
    case "turn_tls":
      return "relayed";
    case "udp":
      return (result.round_trip_ms ?? 0) > ROUND_TRIP_GOOD_MS_MAX ||
        (result.loss_percent ?? 0) > LOSS_GOOD_PERCENT_MAX
        ? "slow"
        : "good";
  }
}
