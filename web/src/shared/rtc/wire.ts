// The shapes of W3C WebRTC and those of our wire, in both directions.

import type { CallSetup, IceCandidate, IceCandidateInput } from "../protocol/types";

export function asRtcServer(server: CallSetup["ice_servers"][number]): RTCIceServer {
  return {
    urls: [...server.urls],
    ...(server.username == null ? {} : { username: server.username }),
    ...(server.credential == null ? {} : { credential: server.credential }),
  };
}

/** A connection as this product makes them all. */
export function newConnection(servers: CallSetup["ice_servers"]): RTCPeerConnection {
  return new RTCPeerConnection({
    iceServers: servers.map(asRtcServer),
    bundlePolicy: "max-bundle",
    rtcpMuxPolicy: "require",
  });
}

export function asRtcCandidate(candidate: IceCandidate): RTCIceCandidateInit {
  return {
    candidate: candidate.candidate,
    sdpMid: candidate.sdp_mid ?? null,
    sdpMLineIndex: candidate.sdp_m_line_index ?? null,
    usernameFragment: candidate.username_fragment ?? null,
  };
}

/** A gathered candidate; null, the end of gathering, is an empty one. */
export function asWireCandidate(candidate: RTCIceCandidate | null): IceCandidateInput {
  return {
    candidate: candidate?.candidate ?? "",
    sdp_mid: candidate?.sdpMid ?? null,
    sdp_m_line_index: candidate?.sdpMLineIndex ?? null,
    username_fragment: candidate?.usernameFragment ?? null,
  };
}

export function carries(connection: RTCPeerConnection, kind: string): boolean {
  return connection.getTransceivers().some((each) => each.receiver.track.kind === kind);
}

/** Offer both kinds: a camera that is off, or still opening, needs no further offer later. */
export function completeKinds(connection: RTCPeerConnection): void {
  for (const kind of ["audio", "video"].filter((each) => !carries(connection, each))) {
    connection.addTransceiver(kind, { direction: "sendrecv" });
  }
}

/** Answer both ways, for the same reason. */
export function answerBothWays(connection: RTCPeerConnection): void {
  for (const transceiver of connection.getTransceivers()) {
    if (transceiver.direction === "recvonly") {
      transceiver.direction = "sendrecv";
    }
  }
}
