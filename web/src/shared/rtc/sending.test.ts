import { expect, test } from "vitest";
import { FakeConnection, FakeStream, FakeTrack, FakeTransceiver } from "./fixtures";
import { growWhole, startSmall } from "./picture";
import { place } from "./sending";

const both = (): FakeStream => new FakeStream([new FakeTrack("audio"), new FakeTrack("video")]);
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

function connection(): { fake: FakeConnection; rtc: RTCPeerConnection } {
  const fake = new FakeConnection();
  fake.transceivers = [new FakeTransceiver("audio"), new FakeTransceiver("video")];
  return { fake, rtc: fake as unknown as RTCPeerConnection };
}

function placeFake(rtc: RTCPeerConnection, stream: FakeStream | null): void {
  place(rtc, stream as unknown as MediaStream | null);
}

test("a camera that is off has no track and nothing to encode", async () => {
  const { fake, rtc } = connection();
  placeFake(rtc, both());
  placeFake(rtc, new FakeStream([new FakeTrack("audio")]));
  await settled();
  const [audio, video] = fake.transceivers;
  expect(fake.sent).toEqual(["audio", null]);
  expect(audio?.sender.encodings[0]?.active).toBe(true);
  expect(video?.sender.encodings[0]?.active).toBe(false);
});

test("off goes inactive first and on comes with the track first", async () => {
  const { fake, rtc } = connection();
  placeFake(rtc, null);
  placeFake(rtc, both());
  await settled();
  const history = fake.transceivers[1]?.sender.history;
  expect(history).toEqual(["inactive", "no track", "track", "active"]);
});

test("the track is there at once, before anything else of that sender was asked for", () => {
  const { fake, rtc } = connection();
  placeFake(rtc, both());
  expect(fake.sent).toEqual(["audio", "video"]);
});

test("what is to be encoded is asked for with the track, not when a busy page hears of it", async () => {
  const { fake, rtc } = connection();
  placeFake(rtc, null);
  await settled();
  const before = fake.transceivers.map((each) => each.sender.setAt);
  placeFake(rtc, both());
  const after = fake.transceivers.map((each) => each.sender.setAt);
  expect(after).toEqual(before.map((each) => each + 1));
});

test("changes of one sender take turns, and the last one holds", async () => {
  const { fake, rtc } = connection();
  for (const stream of [both(), null, both(), null, both()]) {
    placeFake(rtc, stream);
    startSmall(rtc);
    growWhole(rtc);
  }
  startSmall(rtc);
  await settled();
  expect(fake.transceivers[1]?.sender.encodings).toMatchObject([
    { active: true, scaleResolutionDownBy: 2 },
  ]);
  expect(fake.sent).toEqual(["audio", "video"]);
});

test("a camera that comes on later keeps the size that was chosen meanwhile", async () => {
  const { fake, rtc } = connection();
  placeFake(rtc, new FakeStream([new FakeTrack("audio")]));
  startSmall(rtc);
  growWhole(rtc);
  placeFake(rtc, both());
  await settled();
  expect(fake.transceivers[1]?.sender.encodings).toMatchObject([
    { active: true, scaleResolutionDownBy: 1 },
  ]);
});
