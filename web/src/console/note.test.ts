import { describe, expect, test } from "vitest";
import {
  acknowledged,
  dueAt,
  isSaved,
  LONGEST_MS,
  merge,
  merged,
  opened,
  PAUSE_MS,
  RETRY_MS,
  refreshed,
  refused,
  sending,
  stale,
  typed,
} from "./note";

const empty = opened("", 0, null);

describe("saving as typed", () => {
  test("nothing is due until something was typed", () => {
    expect(dueAt(empty)).toBeNull();
    expect(isSaved(empty)).toBe(true);
  });

  test("a pause in typing is enough", () => {
    expect(dueAt(typed(empty, "a", 1_000))).toBe(1_000 + PAUSE_MS);
    expect(PAUSE_MS).toBeLessThanOrEqual(700);
  });

  test("typing without a pause still saves within a second of its first key", () => {
    let note = empty;
    for (let at = 0; at <= 3_000; at += 100) note = typed(note, `${note.text}x`, at);
    expect(dueAt(note)).toBe(LONGEST_MS);
  });

  test("only one save is under way, and what was typed meanwhile follows it", () => {
    let note = sending(typed(empty, "one", 0));
    note = typed(note, "one two", 600);
    expect(dueAt(note)).toBeNull();
    note = acknowledged(note, 1, 777, 700);
    expect(note).toMatchObject({ base: "one", revision: 1, savedAtMs: 777, text: "one two" });
    expect(isSaved(note)).toBe(false);
    expect(dueAt(note)).toBe(600 + PAUSE_MS);
  });

  test("an acknowledged save is saved", () => {
    expect(isSaved(acknowledged(sending(typed(empty, "one", 0)), 1, 5, 5))).toBe(true);
  });

  test("a refused save keeps its text and is tried again", () => {
    const note = refused(sending(typed(empty, "one", 0)), "no answer", 10_000);
    expect(note.text).toBe("one");
    expect(note.problem).toBe("no answer");
    expect(dueAt(note)).toBe(10_000 + RETRY_MS);
  });
});

describe("a stale revision", () => {
  test("that is our own unanswered save loses and doubles nothing", () => {
    let note = sending(typed(empty, "blood pressure 120", 0));
    note = refused(note, "no answer", 100);
    note = sending(typed(note, "blood pressure 128/80", 200));
    note = merged(stale(note), "blood pressure 120", 1, 300);
    expect(note).toMatchObject({ text: "blood pressure 128/80", revision: 1 });
    expect(dueAt(note)).toBeLessThanOrEqual(300);
  });

  test("holds further saves back until the merge", () => {
    expect(dueAt(stale(sending(typed(empty, "x", 0))))).toBeNull();
  });

  test("of another tab is joined with what was typed here", () => {
    let note = opened("History\nPlan", 4, 1);
    note = sending(typed(note, "History\nPlan: wait", 0));
    note = merged(stale(note), "History: none\nPlan", 5, 50);
    expect(note.revision).toBe(5);
    expect(note.text).toContain("Plan: wait");
    expect(note.text).toContain("History: none");
  });

  test("with the same text needs no further save", () => {
    const note = merged(stale(sending(typed(empty, "same", 0))), "same", 1, 10);
    expect(isSaved(note)).toBe(true);
    expect(dueAt(note)).toBeNull();
  });
});

describe("a chart that was read again", () => {
  test("brings a newer note when nothing is unsaved here", () => {
    expect(refreshed(opened("a", 1, 1), "ab", 2, 9)).toMatchObject({ text: "ab", revision: 2 });
  });

  test("never replaces words that are not saved yet", () => {
    const note = typed(opened("a", 1, 1), "a mine", 0);
    expect(refreshed(note, "a theirs", 2, 9)).toBe(note);
  });

  test("of an older revision is ignored", () => {
    const note = opened("abc", 3, 1);
    expect(refreshed(note, "ab", 2, 9)).toBe(note);
  });
});

describe("merge", () => {
  test("takes the only side that changed", () => {
    expect(merge("a", "a", "b")).toBe("b");
    expect(merge("a", "b", "a")).toBe("b");
    expect(merge("a", "b", "b")).toBe("b");
  });

  test("takes changes in different places from both", () => {
    const base = "one\ntwo\nthree\nfour";
    expect(merge(base, "ONE\ntwo\nthree\nfour", "one\ntwo\nthree\nFOUR")).toBe(
      "ONE\ntwo\nthree\nFOUR",
    );
  });

  test("takes an insertion beside a deletion", () => {
    expect(merge("a\nb\nc\nd", "a\nb\nx\nc\nd", "b\nc\nd")).toBe("b\nx\nc\nd");
  });

  test("takes a line put in above another that was changed, without doubling it", () => {
    expect(merge("plan", "plan: wait", "history\nplan")).toBe("history\nplan: wait");
    expect(merge("plan", "history\nplan", "plan: wait")).toBe("history\nplan: wait");
    expect(merge("plan", "plan: wait", "plan\nlabs")).toBe("plan: wait\nlabs");
  });

  test("takes the longer of two continuations of one line", () => {
    expect(merge("bl", "blood", "blood pressure")).toBe("blood pressure");
    expect(merge("", "first draft, longer", "first draft")).toBe("first draft, longer");
  });

  test("keeps both where the same line was changed differently, theirs first", () => {
    expect(merge("x", "mine", "theirs")).toBe("theirs\nmine");
  });

  test("never loses a line that either side added", () => {
    const words = ["a", "b", "c", "d"];
    let seed = 7;
    const next = (n: number): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return seed % n;
    };
    for (let round = 0; round < 300; round++) {
      const base = Array.from({ length: next(5) }, () => words[next(4)] ?? "");
      const add = (mark: string): string[] => {
        const out = [...base];
        for (let k = 0; k <= next(3); k++) out.splice(next(out.length + 1), 0, `${mark}${k}`);
        return out;
      };
      const [mine, theirs] = [add("mine "), add("theirs ")];
      const all = merge(base.join("\n"), mine.join("\n"), theirs.join("\n")).split("\n");
      for (const line of [...mine, ...theirs]) expect(all).toContain(line);
    }
  });
});
