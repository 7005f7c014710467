import { describe, expect, test } from "vitest";
import { isTextField, jumpOf, type Pressed } from "./keys";

function press(more: Partial<Pressed>): Pressed {
  return { key: "", code: "", altKey: false, ctrlKey: false, metaKey: false, ...more };
}

const NOTE = { tagName: "TEXTAREA" };
const RADIO = { tagName: "INPUT", type: "radio" };

describe("the keyboard", () => {
  test("a question mark shows the map, except while typing one", () => {
    expect(jumpOf(press({ key: "?" }), null)).toBe("map");
    expect(jumpOf(press({ key: "?" }), RADIO)).toBe("map");
    expect(jumpOf(press({ key: "?" }), NOTE)).toBeNull();
  });

  test("Alt and a letter lead somewhere even from the note, whatever the layout types", () => {
    expect(jumpOf(press({ key: "˜", code: "KeyN", altKey: true }), NOTE)).toBe("note");
    expect(jumpOf(press({ code: "KeyT", altKey: true }), null)).toBe("decisions");
  });

  test("a bare letter or a combination of the browser's does nothing", () => {
    expect(jumpOf(press({ key: "n", code: "KeyN" }), null)).toBeNull();
    expect(jumpOf(press({ code: "KeyS", altKey: true, ctrlKey: true }), null)).toBeNull();
    expect(jumpOf(press({ code: "KeyS", metaKey: true, altKey: true }), null)).toBeNull();
  });

  test("text goes into text fields, not into buttons and boxes", () => {
    expect(isTextField(NOTE)).toBe(true);
    expect(isTextField({ tagName: "INPUT", type: "search" })).toBe(true);
    expect(isTextField({ tagName: "DIV", isContentEditable: true })).toBe(true);
    expect(isTextField(RADIO)).toBe(false);
    expect(isTextField({ tagName: "BUTTON" })).toBe(false);
    expect(isTextField(null)).toBe(false);
  });
});
