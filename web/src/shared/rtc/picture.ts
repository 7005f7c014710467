// The size of the picture that is sent: small until the other side has seen one, then whole.
//
// The first picture of a call is a whole key frame. At a quarter of the pixels it is encoded,
// sent over a path of unknown width, and decoded sooner; the step up afterwards is one more key
// frame.

import { shape } from "./sending";

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
  shape(connection, "video", (encoding) => {
    if ((encoding.scaleResolutionDownBy ?? WHOLE) !== by) {
      encoding.scaleResolutionDownBy = by;
    }
  });
}
