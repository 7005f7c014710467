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

/** Send a camera and a microphone, or replace what was sent so far. */
export function placeTracks(connection: RTCPeerConnection, stream: MediaStream): void {
  for (const track of stream.getTracks()) {
    // Not found by the sender's track: one that is still empty has none, and a second
    // transceiver would leave the other side waiting at the first.
    const transceiver = connection
      .getTransceivers()
      .find((each) => each.receiver.track.kind === track.kind);
    if (transceiver === undefined) {
      connection.addTrack(track, stream);
    } else {
      transceiver.direction = "sendrecv";
      void transceiver.sender.replaceTrack(track);
    }
  }
}
