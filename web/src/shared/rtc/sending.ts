// What a connection sends of a camera and a microphone, changed without negotiating.
//
// A camera that is off has no track AND inactive encodings: Firefox goes on sending the last
// picture of a track that was only taken away (docs/decisions/0012).

/** Parameters are read and set in pairs, so that changes of one sender take turns. */
const turns = new WeakMap<RTCRtpSender, Promise<void>>();

/** Send of each kind the stream's track, or nothing when it has none, or is null. */
export function place(connection: RTCPeerConnection, stream: MediaStream | null): void {
  for (const transceiver of connection.getTransceivers()) {
    const { kind } = transceiver.receiver.track;
    const track = stream?.getTracks().find((each) => each.kind === kind) ?? null;
    if (transceiver.direction === "recvonly" && track !== null) {
      transceiver.direction = "sendrecv";
    }
    put(transceiver.sender, track);
  }
}

/** Change how a kind is encoded; a browser that cannot goes on as before. */
export function shape(
  connection: RTCPeerConnection,
  kind: "audio" | "video",
  change: (encoding: RTCRtpEncodingParameters) => void,
): void {
  for (const { receiver, sender } of connection.getTransceivers()) {
    if (receiver.track.kind === kind) {
      inTurn(sender, () => reshape(sender, change));
    }
  }
}

function put(sender: RTCRtpSender, track: MediaStreamTrack | null): void {
  if (track === null) {
    inTurn(sender, () => activate(sender, false));
    inTurn(sender, () => sender.replaceTrack(null));
  } else {
    inTurn(sender, () => bring(sender, track));
  }
}

/**
 * Both asked for at once, the track first: a page that draws a call in between answers only
 * when it has drawn, and the camera would wait for that.
 */
async function bring(sender: RTCRtpSender, track: MediaStreamTrack): Promise<void> {
  await Promise.allSettled([sender.replaceTrack(track), activate(sender, true)]);
}

function activate(sender: RTCRtpSender, active: boolean): Promise<void> {
  return reshape(sender, (encoding) => {
    encoding.active = active;
  });
}

async function reshape(
  sender: RTCRtpSender,
  change: (encoding: RTCRtpEncodingParameters) => void,
): Promise<void> {
  const parameters = sender.getParameters();
  const encodings = parameters.encodings ?? [];
  if (encodings.length === 0) {
    return;
  }
  const before = JSON.stringify(encodings);
  encodings.forEach(change);
  if (JSON.stringify(encodings) !== before) {
    await sender.setParameters(parameters);
  }
}

function inTurn(sender: RTCRtpSender, work: () => Promise<void>): void {
  const before = turns.get(sender);
  // The first in line begins at once: nothing may stand between an accept and the camera.
  const mine = (before === undefined ? begun(work) : before.then(work)).catch(() => undefined);
  turns.set(sender, mine);
  void mine.then(() => {
    if (turns.get(sender) === mine) {
      turns.delete(sender);
    }
  });
}

/** Begin now, and let what is thrown at once be a rejection, too. */
async function begun(work: () => Promise<void>): Promise<void> {
  await work();
}
