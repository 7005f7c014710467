// Where a caret stands after words of another window came into the text around it.

import { hunks, wordsOf } from "./note-merging";

/**
 * The offset in `after` (UTF-16 units, as the page counts) of what stood at `offset` of `before`.
 *
 * What came in right at the caret stands behind it: whoever types there goes on with their word.
 */
export function caretAfter(before: string, after: string, offset: number): number {
  const words = wordsOf(before);
  let [word, read, shift] = [0, 0, 0];
  for (const hunk of hunks(words, wordsOf(after))) {
    const start = read + lengthOf(words.slice(word, hunk.start));
    const gone = lengthOf(words.slice(hunk.start, hunk.end));
    const came = lengthOf(hunk.words);
    if (offset <= start) break;
    if (offset < start + gone) {
      return start + shift + Math.min(offset - start, came);
    }
    if (
      offset === start + gone &&
      hunk.words.join("").startsWith(before.slice(start, offset))
    ) {
      return offset + shift; // the word before the caret is still there, and goes on
    }
    shift += came - gone;
    word = hunk.end;
    read = start + gone;
  }
  return offset + shift;
}

function lengthOf(words: readonly string[]): number {
  return words.reduce((total, word) => total + word.length, 0);
}
