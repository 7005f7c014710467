// Tries what a network lets through: two connections of this page, for every way in parallel,
// joined by a data channel on which probes go out and come back. Edge; `probe` judges.

import type { IceServer } from "../protocol/types";
import {
  beginProbes,
  judge,
  type NetworkResult,
  type ProbeEvent,
  record,
  type Way,
  waysThrough,
} from "./probe";
import { asRtcServer } from "./wire";

/** The whole test takes no longer, whatever happens. */
export const NETWORK_TEST_MS_MAX = 5_000;
const PROBES = 20;
const PROBE_EVERY_MS = 50;
/** Probes that are not back by then are lost. */
const ECHO_WAIT_MS = 500;
/** The first code that means a server was not reached; smaller ones are its answers. */
const NOT_REACHED = 701;

type Tell = (event: ProbeEvent) => void;

/** Test the network through these servers; aborted, it gives what was known by then. */
export async function testNetwork(
  servers: readonly IceServer[],
  signal: AbortSignal,
): Promise<NetworkResult> {
  const ways = waysThrough(servers);
  let probes = beginProbes(ways.keys());
  const over = AbortSignal.any([signal, AbortSignal.timeout(NETWORK_TEST_MS_MAX)]);
  const tell: Tell = (event) => {
    probes = record(probes, event);
  };
  const tried = [...ways].map(([way, through]) => tryWay(way, through, tell, over));
  await Promise.race([Promise.all(tried), aborted(over)]);
  return judge(probes);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
    }
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

/** Kept when the probes of one way are back, or can no longer come back. */
async function tryWay(
  way: Way,
  servers: readonly IceServer[],
  tell: Tell,
  over: AbortSignal,
): Promise<void> {
  const setup: RTCConfiguration = {
    iceServers: servers.map(asRtcServer),
    iceTransportPolicy: way === "udp" ? "all" : "relay",
  };
  const near = new RTCPeerConnection(setup);
  const far = new RTCPeerConnection(setup);
  try {
    far.addEventListener("datachannel", ({ channel }) => {
      channel.addEventListener("message", ({ data }) => channel.send(data));
    });
    const channel = near.createDataChannel("probe", { ordered: false, maxRetransmits: 0 });
    const done = Promise.all([
      probed(channel, way, tell, over),
      way === "udp" ? provenOutside(setup, tell, over) : null,
    ]);
    await join(near, far);
    await Promise.race([done, aborted(over)]);
  } catch {
    // A browser that refuses the servers, or the channel, has not opened the way.
  } finally {
    near.close();
    far.close();
  }
}

/**
 * Kept once an address was seen from outside, or there is none to be seen and no server was out
 * of reach. By a connection of its own: one that reaches its other end stops asking servers.
 */
async function provenOutside(
  setup: RTCConfiguration,
  tell: Tell,
  over: AbortSignal,
): Promise<void> {
  const asking = new RTCPeerConnection(setup);
  try {
    const seen = new Promise<void>((resolve) => {
      let reached = true;
      asking.addEventListener("icecandidateerror", ({ errorCode }) => {
        reached &&= errorCode < NOT_REACHED;
      });
      asking.addEventListener("icecandidate", ({ candidate }) => {
        if (candidate === null ? reached : candidate.type === "srflx") {
          tell({ type: "proven", way: "udp" });
          resolve();
        }
      });
    });
    asking.createDataChannel("probe");
    await asking.setLocalDescription();
    await Promise.race([seen, aborted(over)]);
  } catch {
    // A browser that refuses these servers has seen nothing through them.
  } finally {
    asking.close();
  }
}

async function join(near: RTCPeerConnection, far: RTCPeerConnection): Promise<void> {
  let describe: () => void = () => undefined;
  const described = new Promise<void>((resolve) => {
    describe = resolve;
  });
  for (const [one, other] of [
    [near, far],
    [far, near],
  ] as const) {
    one.addEventListener("icecandidate", ({ candidate }) => {
      if (candidate !== null) {
        void described.then(() => other.addIceCandidate(candidate)).catch(() => undefined);
      }
    });
  }
  await near.setLocalDescription();
  await far.setRemoteDescription(near.localDescription as RTCSessionDescription);
  await far.setLocalDescription();
  await near.setRemoteDescription(far.localDescription as RTCSessionDescription);
  describe();
}

/** Send the probes once the channel is open; kept when they are back or given up. */
function probed(
  channel: RTCDataChannel,
  way: Way,
  tell: Tell,
  over: AbortSignal,
): Promise<void> {
  return new Promise((resolve) => {
    const sentAt: number[] = [];
    let returned = 0;
    channel.addEventListener("message", ({ data }) => {
      const at = sentAt[Number(data)];
      if (at !== undefined && !over.aborted) {
        returned += 1;
        tell({ type: "returned", way, roundTripMs: performance.now() - at });
      }
      if (returned === PROBES) {
        resolve();
      }
    });
    channel.addEventListener("open", () => {
      tell({ type: "opened", way });
      const timer = setInterval(() => {
        if (sentAt.length === PROBES || channel.readyState !== "open") {
          clearInterval(timer);
          setTimeout(resolve, ECHO_WAIT_MS);
          return;
        }
        channel.send(String(sentAt.length));
        sentAt.push(performance.now());
        tell({ type: "sent", way });
      }, PROBE_EVERY_MS);
    });
  });
}
