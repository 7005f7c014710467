// What the video sender of a connection is told: the one owner of its encodings.
//
// Three have a say, and none undoes another's word:
//
//   start     small until the other side has seen a picture, then whole
//   ladder    less on a weak path (`ladder.ts`)
//   camera    whether anything is sent at all
//
// The first picture of a call is a whole key frame. At a quarter of the pixels it is encoded,
// sent over a path of unknown width, and decoded sooner; the step up afterwards is one more key
// frame.

import { ENCODINGS, type Rung } from "./ladder";

const SMALL = 2;
const WHOLE = 1;

export interface Wish {
  readonly small: boolean;
  readonly rung: Rung;
  /** Null while nobody has said it: then it stays as the connection was made. */
  readonly sending: boolean | null;
}

/** The part of `RTCRtpEncodingParameters` that is ours. */
export interface Told {
  readonly active: boolean | null;
  readonly scaleResolutionDownBy: number;
  readonly maxFramerate: number | null;
  readonly maxBitrate: number | null;
}

export const BEGINNING: Wish = { small: false, rung: "full", sending: null };

/** What the three wishes come to. A switched-off camera stays off on every rung. Pure. */
export function toldBy({ small, rung, sending }: Wish): Told {
  const { video, scale_down_by, frame_rate_max, bitrate_max } = ENCODINGS[rung];
  return {
    active: video ? sending : false,
    scaleResolutionDownBy: Math.max(small ? SMALL : WHOLE, scale_down_by),
    maxFramerate: video ? frame_rate_max : null,
    maxBitrate: bitrate_max,
  };
}

/** Send a smaller picture to begin with. Call it when the tracks have been added. */
export function startSmall(connection: RTCPeerConnection): void {
  ownerOf(connection).want({ small: true });
}

/** Send the picture as it is, as far as the ladder allows. */
export function growWhole(connection: RTCPeerConnection): void {
  ownerOf(connection).want({ small: false });
}

/** Send as much as this rung says. Said again, it mends what was lost on the way. */
export function sendAt(connection: RTCPeerConnection, rung: Rung): void {
  ownerOf(connection).want({ rung });
}

/** Send pictures, or none at all: the encodings of a camera that is off are inactive. */
export function sendPictures(connection: RTCPeerConnection, on: boolean): Promise<void> {
  return ownerOf(connection).want({ sending: on });
}

/** What is wanted of this connection now. */
export function wishOf(connection: RTCPeerConnection): Wish {
  return ownerOf(connection).wish;
}

const owners = new WeakMap<RTCPeerConnection, Owner>();

function ownerOf(connection: RTCPeerConnection): Owner {
  const owner = owners.get(connection) ?? new Owner(connection);
  owners.set(connection, owner);
  return owner;
}

class Owner {
  wish = BEGINNING;
  // Parameters that were read before another change are refused: one change at a time.
  private pending = 0;
  private settled: Promise<void> = Promise.resolve();

  constructor(private readonly connection: RTCPeerConnection) {}

  want(change: Partial<Wish>): Promise<void> {
    this.wish = { ...this.wish, ...change };
    if (!ENCODINGS[this.wish.rung].video && this.wish.sending === null) {
      this.wish = { ...this.wish, sending: true };
    }
    const told = this.pending === 0 ? this.tell() : this.settled.then(() => this.tell());
    this.pending += 1;
    this.settled = told.finally(() => {
      this.pending -= 1;
    });
    return this.settled;
  }

  private async tell(): Promise<void> {
    const sender = videoSender(this.connection);
    const parameters = sender?.getParameters();
    const encoding = parameters?.encodings?.[0];
    if (sender === undefined || parameters === undefined || encoding === undefined) {
      return;
    }
    if (change(encoding, toldBy(this.wish))) {
      // A browser that cannot do it sends the picture as before.
      await sender.setParameters(parameters).catch(() => undefined);
    }
  }
}

/** Not by the sender's track: a camera that is off has none. */
function videoSender(connection: RTCPeerConnection): RTCRtpSender | undefined {
  return connection.getTransceivers().find(({ receiver }) => receiver.track.kind === "video")
    ?.sender;
}

/** Write down what is told; false when it stands there already. */
function change(encoding: RTCRtpEncodingParameters, told: Told): boolean {
  const before = JSON.stringify(encoding);
  if (told.active !== null) {
    encoding.active = told.active;
  }
  if ((encoding.scaleResolutionDownBy ?? WHOLE) !== told.scaleResolutionDownBy) {
    encoding.scaleResolutionDownBy = told.scaleResolutionDownBy;
  }
  limit(encoding, "maxFramerate", told.maxFramerate);
  limit(encoding, "maxBitrate", told.maxBitrate);
  return JSON.stringify(encoding) !== before;
}

function limit(
  encoding: RTCRtpEncodingParameters,
  name: "maxFramerate" | "maxBitrate",
  most: number | null,
): void {
  if (most === null) {
    delete encoding[name];
  } else {
    encoding[name] = most;
  }
}
