import { describe, expect, test } from "vitest";
import written from "../../../tests/vectors/note_merging.json";
import { hunks, merged, wordsOf } from "./note-merging";

describe("merging", () => {
  test.each(written.cases)("is as the server has it: $name", (each) => {
    expect(merged(each.base, each.one, each.other)).toBe(each.merged);
    expect(merged(each.base, each.other, each.one)).toBe(each.merged);
  });

  test("loses no word and minds no order, whatever was typed", () => {
    let seed = 7;
    const next = (n: number): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return seed % n;
    };
    for (let round = 0; round < 400; round++) {
      const base = Array.from({ length: next(8) }, (_, at) => `base${at}`);
      const edited = (mark: string): string[] => {
        const out = [...base];
        for (let k = next(4); k > 0; k--)
          out.splice(next(out.length + 1), next(3), `${mark}${k}`);
        return out;
      };
      const [mine, theirs] = [edited("mine"), edited("theirs")];
      const all = merged(base.join(" "), mine.join(" "), theirs.join(" "));
      expect(merged(base.join(" "), theirs.join(" "), mine.join(" "))).toBe(all);
      const words = all.split(/\s+/);
      for (const word of [...mine, ...theirs]) {
        if (!word.startsWith("base")) expect(words).toContain(word);
      }
      for (const word of base) {
        if (mine.includes(word) && theirs.includes(word)) expect(words).toContain(word);
      }
    }
  });
});

test("hunks are what turned one text into the other", () => {
  expect(hunks(wordsOf("a b c"), wordsOf("a X c d"))).toEqual([
    { start: 2, end: 3, words: ["X"] },
    { start: 5, end: 5, words: [" ", "d"] },
  ]);
});
