// The words of `tests/vectors/spoken_words.json` were made in Python, out of what the decision says.

import { expect, test } from "vitest";
import written from "../../../../tests/vectors/spoken_words.json";
import {
  AVOIDED,
  allWords,
  CONSONANTS,
  type Ends,
  spokenWords,
  VOWELS,
  wordsOf,
} from "./spoken-words";

interface Case {
  readonly encounter_id: string;
  readonly generation: number;
  readonly fingerprints: readonly string[];
  readonly words: readonly string[];
}

const CASES = written.cases as readonly Case[];
const endsOf = ({ encounter_id: encounterId, generation, fingerprints }: Case): Ends => ({
  encounterId,
  generation,
  fingerprints: fingerprints as unknown as Ends["fingerprints"],
});

test("Python and this page come to the same words", async () => {
  expect(CASES.length).toBeGreaterThan(3);
  for (const each of CASES) {
    expect(await spokenWords(endsOf(each))).toEqual(each.words);
  }
  expect([CONSONANTS, VOWELS, AVOIDED]).toEqual([
    written.consonants,
    written.vowels,
    written.avoided,
  ]);
  expect(allWords()).toHaveLength(written.count);
});

test("which certificate is whose makes no difference, anything else does", async () => {
  const ends = endsOf(CASES[0] as Case);
  const [one, other] = ends.fingerprints;
  const words = await spokenWords(ends);
  expect(await spokenWords({ ...ends, fingerprints: [other, one] })).toEqual(words);
  const changes: readonly Partial<Ends>[] = [
    { fingerprints: [`${one.slice(0, -1)}${one.endsWith("0") ? "1" : "0"}`, other] },
    { generation: ends.generation + 1 },
    { encounterId: `${ends.encounterId}x` },
  ];
  for (const change of changes) {
    const changed = await spokenWords({ ...ends, ...change });
    expect(changed.filter((word) => words.includes(word))).toEqual([]);
  }
});

test("every word has three syllables that can be said, and no two are the same", () => {
  const syllable = `[${CONSONANTS}][${VOWELS}]`;
  const form = new RegExp(`^${syllable}-${syllable}-${syllable}$`);
  const all = allWords();
  expect(all.filter((word) => !form.test(word))).toEqual([]);
  expect(new Set(all).size).toBe(all.length);
});

test("what sounds like an insult is in none", () => {
  const said = allWords().map((word) => word.replaceAll("-", ""));
  const heard = AVOIDED.filter((sound) => said.some((word) => word.includes(sound)));
  expect(heard).toEqual([]);
});

test("the first and the last number are words too", () => {
  const all = allWords();
  expect(wordsOf(new Uint8Array(16))).toEqual(Array.from({ length: 4 }, () => all[0]));
  expect(wordsOf(Uint8Array.of((all.length - 1) >> 8, (all.length - 1) & 255))[0]).toBe(
    all.at(-1),
  );
});
