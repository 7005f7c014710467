// Four words out of the certificates of both ends: who reads the same words aloud as the other
// side speaks with that side, and with nobody who sits in between and carries on. Pure.
//
// Everything is told in docs/decisions/0030-words-that-both-read-aloud.md: how long somebody
// would have to search for certificates with the same words, and what these do not show.
//
// The words are nobody's language. Their syllables are said alike in English and in Spanish, so
// that a patient who reads one and a practitioner who reads the other hear the same. There is no
// `e`, which English says as Spanish says `i`.

const VERSION = "goodfaith spoken words 1";
const ITERATIONS = 200_000;
const BITS = 128;
const WORDS = 4;
export const CONSONANTS = "dfklmnprst";
export const VOWELS = "aiou";
/** Two syllables that sound like an insult or an illness in either language follow nowhere. */
export const AVOIDED: readonly string[] = [
  "dika diko diku faka fako faku fata fati fato fatu fuka fuki fuko fuku kaka kaku kiki koka",
  "kuka kula kuli kulo kuni loka loko maka mala malo mata mato mono moro muri nasi paki pisa",
  "pito pola poto pusi puta puto rapi rata rika sida sifi suda suka tara titi tota toto tumo",
].flatMap((line) => line.split(" "));

export interface Ends {
  readonly encounterId: string;
  readonly generation: number;
  /** SHA-256 of each side's certificate, in hexadecimal; which is whose makes no difference. */
  readonly fingerprints: readonly [string, string];
}

/** The words of one attempt to connect, as `da-fi-ko`. Takes about a tenth of a second. */
export async function spokenWords(ends: Ends): Promise<readonly string[]> {
  const material = [VERSION, ...[...ends.fingerprints].sort()].join("\n");
  const salt = [ends.encounterId, ends.generation].join("\n");
  const key = await crypto.subtle.importKey("raw", bytesOf(material), "PBKDF2", false, [
    "deriveBits",
  ]);
  const bits = await crypto.subtle.deriveBits(
    { name: "PBKDF2", hash: "SHA-256", salt: bytesOf(salt), iterations: ITERATIONS },
    key,
    BITS,
  );
  return wordsOf(new Uint8Array(bits));
}

/** The bytes as one number, in the base of how many words there are; its four last digits. */
export function wordsOf(bytes: Uint8Array): readonly string[] {
  const all = allWords();
  const base = BigInt(all.length);
  let rest = bytes.reduce((number, byte) => number * 256n + BigInt(byte), 0n);
  const words: string[] = [];
  while (words.length < WORDS) {
    words.push(all[Number(rest % base)] as string);
    rest /= base;
  }
  return words;
}

let made: readonly string[] | null = null;

/** Every word of three syllables that nobody minds, in the order of the alphabets. */
export function allWords(): readonly string[] {
  made ??= threes();
  return made;
}

function threes(): readonly string[] {
  const avoided = new Set(AVOIDED);
  const syllables = [...CONSONANTS].flatMap((each) => [...VOWELS].map((vowel) => each + vowel));
  const after = (one: string): readonly string[] =>
    syllables.filter((next) => !avoided.has(one + next));
  return syllables.flatMap((first) =>
    after(first).flatMap((second) =>
      after(second).map((third) => `${first}-${second}-${third}`),
    ),
  );
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}
