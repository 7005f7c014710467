import { expect, test } from "vitest";
import type { CallStatus } from "../shared/protocol/types";
import { callWords, coverWords } from "./words";

const status = (change: Partial<CallStatus> = {}): CallStatus => ({
  encounter_id: "e",
  generation: 1,
  state: "connected",
  reason: null,
  peer_present: true,
  peer_audio: true,
  peer_video: true,
  connected_at_ms: 1,
  mode: "relay",
  interrupted_at_ms: null,
  ...change,
});

const cover = (call: CallStatus, link: "connected" | "reconnecting" = "connected") =>
  coverWords(callWords(call, link), call);

test("a live picture is not covered", () => {
  expect(cover(status())).toBeNull();
});

test("the picture is covered the moment that either side tells of an interruption", () => {
  expect(cover(status({ state: "interrupted", interrupted_at_ms: 2 }))).toBe("Reconnecting");
  expect(cover(status(), "reconnecting")).toBe("Reconnecting");
});

test("the last picture of a camera that is off is not shown on", () => {
  expect(cover(status({ peer_video: false }))).toBe("Camera off");
});
