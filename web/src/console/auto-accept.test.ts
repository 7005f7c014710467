import { expect, test } from "vitest";
import type { OfferCard } from "../shared/protocol/types";
import { acceptsByItself } from "./auto-accept";
import { type ConsoleState, EMPTY } from "./state";

const FREE = { writing: false, asked: false, devices: true };
const RINGING: ConsoleState = {
  ...EMPTY,
  autoAccept: true,
  offer: { card: { offer_id: "offer-1" } as OfferCard, deadlineMs: 1_000 },
};

test("with the setting on, an offer that rings is accepted", () => {
  expect(acceptsByItself(RINGING, FREE, 999)).toBe(true);
});

test("without the setting nothing happens by itself", () => {
  expect(acceptsByItself({ ...RINGING, autoAccept: false }, FREE, 0)).toBe(false);
});

test("nobody is led away from what they write, or from a question", () => {
  expect(acceptsByItself(RINGING, { ...FREE, writing: true }, 0)).toBe(false);
  expect(acceptsByItself(RINGING, { ...FREE, asked: true }, 0)).toBe(false);
});

test("a window without camera and microphone leaves it to one that has them", () => {
  expect(acceptsByItself(RINGING, { ...FREE, devices: false }, 0)).toBe(false);
});

test("an offer that is over is not accepted", () => {
  expect(acceptsByItself(RINGING, FREE, 1_000)).toBe(false);
  expect(acceptsByItself({ ...RINGING, offer: null }, FREE, 0)).toBe(false);
});
