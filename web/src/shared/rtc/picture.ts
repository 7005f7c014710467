// How large a picture is sent, and how many a second. Two have a say, and neither undoes the
// other's word; whether anything is sent at all is no matter of theirs (`sending.ts`).
//
//   start     small until the other side has seen a picture, then whole
//   ladder    less on a weak path (`ladder.ts`)
//
// The first picture of a call is a whole key frame. At a quarter of the pixels it is encoded,
// sent over a path of unknown width, and decoded sooner; the step up afterwards is one more key
// frame.

import { ENCODINGS, type Rung } from "./ladder";
import { shape } from "./sending";

const SMALL = 2;
const WHOLE = 1;

export interface Wish {
  readonly small: boolean;
  readonly rung: Rung;
}

/** The part of `RTCRtpEncodingParameters` that is ours. Null: no limit. */
export interface Told {
  readonly scaleResolutionDownBy: number;
  readonly maxFramerate: number | null;
  readonly maxBitrate: number | null;
}

export const BEGINNING: Wish = { small: false, rung: "full" };

/** What both wishes come to. Pure. */
export function toldBy({ small, rung }: Wish): Told {
  const { video, scale_down_by, frame_rate_max, bitrate_max } = ENCODINGS[rung];
  return {
    scaleResolutionDownBy: Math.max(small ? SMALL : WHOLE, scale_down_by),
    maxFramerate: video ? frame_rate_max : null,
    maxBitrate: bitrate_max,
  };
}

/** Write down what is told; whatever else stands there stays. Pure. */
export function write(encoding: RTCRtpEncodingParameters, told: Told): void {
  encoding.scaleResolutionDownBy = told.scaleResolutionDownBy;
  for (const limit of ["maxFramerate", "maxBitrate"] as const) {
    const most = told[limit];
    if (most === null) {
      delete encoding[limit];
    } else {
      encoding[limit] = most;
    }
  }
}

/** Send a smaller picture to begin with. Call it when the tracks have been added. */
export function startSmall(connection: RTCPeerConnection): void {
  want(connection, { small: true });
}

/** Send the picture as it is, as far as the ladder allows. */
export function growWhole(connection: RTCPeerConnection): void {
  want(connection, { small: false });
}

/** Send as much as this rung says. Said again, it mends what was lost on the way. */
export function sendAt(connection: RTCPeerConnection, rung: Rung): void {
  want(connection, { rung });
}

/** What is wanted of this connection now. */
export function wishOf(connection: RTCPeerConnection): Wish {
  return wishes.get(connection) ?? BEGINNING;
}

const wishes = new WeakMap<RTCPeerConnection, Wish>();

function want(connection: RTCPeerConnection, change: Partial<Wish>): void {
  const wish = { ...wishOf(connection), ...change };
  wishes.set(connection, wish);
  // Read at its turn: what was wanted last is what is told.
  shape(connection, "video", (encoding) => write(encoding, toldBy(wishOf(connection))));
}
