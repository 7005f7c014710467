import { describe, expect, test } from "vitest";
import { CHAT_MAX, loaded, NO_CHAT, opened, said, sendable, sending, settled } from "./chat";
import type { ChatLine } from "./protocol/types";

function line(seq: number, by: ChatLine["by"] = "patient"): ChatLine {
  return { seq, by, text: `Line ${seq}`, at_ms: seq };
}

describe("lines", () => {
  test("stand once, in the chart's order, whoever told of them first", () => {
    let chat = said(NO_CHAT, line(9), "practitioner", true);
    chat = loaded(chat, [line(4), line(9), line(7, "practitioner")], "practitioner", true);
    expect(chat.lines.map((one) => one.seq)).toEqual([4, 7, 9]);
    expect(said(chat, line(4), "practitioner", true)).toBe(chat);
  });

  test("of the other side are counted while nobody looks, and announced", () => {
    let chat = said(NO_CHAT, line(1), "practitioner", false);
    chat = said(chat, line(2), "practitioner", false);
    chat = said(chat, line(3, "practitioner"), "practitioner", false);
    expect(chat.unread).toBe(2);
    expect(chat.newest?.seq).toBe(2);
    expect(opened(chat).unread).toBe(0);
    expect(said(opened(chat), line(4), "practitioner", true).unread).toBe(0);
  });
});

describe("sending", () => {
  test("takes words, one line at a time, of at most the length that the server takes", () => {
    expect(sendable(NO_CHAT, "  Hello. ")).toBe("Hello.");
    expect(sendable(NO_CHAT, " \n ")).toBeNull();
    expect(sendable(sending(NO_CHAT), "Hello.")).toBeNull();
    expect(sendable(NO_CHAT, "😀".repeat(CHAT_MAX))).not.toBeNull();
    expect(sendable(NO_CHAT, "😀".repeat(CHAT_MAX + 1))).toBeNull();
  });

  test("that failed says why, until the next try", () => {
    const chat = settled(sending(NO_CHAT), "Too fast.");
    expect(chat).toMatchObject({ sending: false, problem: "Too fast." });
    expect(sending(chat).problem).toBeNull();
  });
});
