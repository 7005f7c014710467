// The size of the picture that is sent: small until the other side has seen one, then whole.
//
// The first picture of a call is a whole key frame. At a quarter of the pixels it is encoded,
// sent over a path of unknown width, and decoded sooner; the step up afterwards is one more key
// frame.

const SMALL = 2;
const WHOLE = 1;

/** Send a smaller picture to begin with. Call it when the tracks have been added. */
export function startSmall(connection: RTCPeerConnection): void {
  scale(connection, SMALL);
}

/** Send the picture as it is. */
export function growWhole(connection: RTCPeerConnection): void {
  scale(connection, WHOLE);
}

function scale(connection: RTCPeerConnection, by: number): void {
  for (const sender of connection.getSenders()) {
    if (sender.track?.kind !== "video") {
      continue;
    }
    const parameters = sender.getParameters();
    const [encoding] = parameters.encodings ?? [];
    if (encoding !== undefined && (encoding.scaleResolutionDownBy ?? WHOLE) !== by) {
      encoding.scaleResolutionDownBy = by;
      // A browser that cannot do it sends the whole picture at once, as before.
      sender.setParameters(parameters).catch(() => undefined);
    }
  }
}
