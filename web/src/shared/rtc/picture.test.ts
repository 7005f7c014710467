import { expect, test } from "vitest";
import { ENCODINGS, RUNGS } from "./ladder";
import { BEGINNING, growWhole, sendAt, startSmall, toldBy, wishOf, write } from "./picture";

/** A connection as far as sizes are concerned: one sender, which keeps what it is told. */
function sending(encoding: RTCRtpEncodingParameters = { active: true }) {
  let kept = { ...encoding };
  const sender = {
    getParameters: () => ({ encodings: [{ ...kept }] }),
    setParameters: async ({ encodings }: { encodings: RTCRtpEncodingParameters[] }) => {
      kept = { ...encodings[0] };
    },
  };
  const connection = {
    getTransceivers: () => [
      { receiver: { track: { kind: "audio" } }, sender: {} },
      { receiver: { track: { kind: "video" } }, sender },
    ],
  } as unknown as RTCPeerConnection;
  return { connection, told: () => kept };
}

async function settle(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve));
}

test("a picture that starts small stays small on a rung that asks for more", async () => {
  const { connection, told } = sending();
  startSmall(connection);
  sendAt(connection, "full");
  await settle();
  expect(told().scaleResolutionDownBy).toBe(2);
});

test("growing whole does not undo what the ladder lowered, in either order", async () => {
  for (const order of [
    [startSmall, growWhole],
    [growWhole, startSmall, growWhole],
  ]) {
    const { connection, told } = sending();
    sendAt(connection, "lower_rate");
    for (const act of order) {
      act(connection);
    }
    await settle();
    expect(told()).toMatchObject({
      scaleResolutionDownBy: 2,
      maxFramerate: 12,
      maxBitrate: 250_000,
    });
    sendAt(connection, "full");
    await settle();
    expect(told()).toMatchObject({ scaleResolutionDownBy: 1, maxFramerate: 30 });
    expect(told()).not.toHaveProperty("maxBitrate");
  }
});

test("a camera that is off stays off on every rung, and one that is on stays on", async () => {
  for (const active of [true, false]) {
    for (const rung of RUNGS) {
      const { connection, told } = sending({ active, maxBitrate: 1 });
      sendAt(connection, rung);
      growWhole(connection);
      await settle();
      expect(told().active).toBe(active);
    }
  }
});

test("each connection has a wish of its own", () => {
  const [one, other] = [sending().connection, sending().connection];
  startSmall(one);
  sendAt(one, "lower_rate");
  expect(wishOf(one)).toEqual({ small: true, rung: "lower_rate" });
  expect(wishOf(other)).toEqual(BEGINNING);
});

test("a whole picture on the full rung limits nothing but the rate", () => {
  expect(toldBy(BEGINNING)).toEqual({
    scaleResolutionDownBy: 1,
    maxFramerate: ENCODINGS.full.frame_rate_max,
    maxBitrate: null,
  });
});

test("a limit that was lifted is gone, and what is not ours stays", () => {
  const encoding = { maxFramerate: 12, maxBitrate: 1, active: false, rid: "one" };
  write(encoding, toldBy(BEGINNING));
  expect(encoding).toEqual({
    maxFramerate: 30,
    scaleResolutionDownBy: 1,
    active: false,
    rid: "one",
  });
});
