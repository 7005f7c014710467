import { describe, expect, it } from "vitest";
import type { SentMessageView } from "../shared/protocol/types";
import { howFar } from "./messages";

const SENT: SentMessageView = {
  kind: "invitation",
  channel: "email",
  sent_at_ms: 1,
  state: "waiting",
  outcome: null,
};

describe("how far a message is", () => {
  it.each([
    [{}, "on its way"],
    [{ outcome: "answered" }, "not taken yet, it is tried again"],
    [{ state: "sending" as const }, "on its way"],
    [{ state: "delivered" as const }, "taken by the mail server"],
    [{ state: "delivered" as const, channel: "sms" as const }, "taken by the carrier"],
    [{ state: "dead" as const, outcome: "expired" }, "not sent: the link had stopped"],
    [
      { state: "dead" as const, outcome: "answered" },
      "not delivered; hand the link over yourself",
    ],
    [{ state: null }, "sent long ago"],
  ])("%j is said as: %s", (change, said) => {
    expect(howFar({ ...SENT, ...change })).toBe(said);
  });
});
