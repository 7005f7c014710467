// Two texts that grew from one, joined so that nothing typed in either is lost: the same function
// as `server/chart/note_merging.py`, where its rules are; `tests/vectors` holds both together.

/** Words [start, end) of the base became `words`. */
export interface Hunk {
  readonly start: number;
  readonly end: number;
  readonly words: readonly string[];
}

const WORD = /\n|[ \t]+|[^ \t\n]+/g;
const BLANK = " \t\n";
const CHANGES_MAX = 400;

/** What both made of `base`; the order of the two does not matter. */
export function merged(base: string, one: string, other: string): string {
  if (other === one || other === base) return one;
  if (one === base) return other;
  const words = wordsOf(base);
  return joined(words, hunks(words, wordsOf(one)), hunks(words, wordsOf(other))).join("");
}

export function wordsOf(text: string): string[] {
  return text.match(WORD) ?? [];
}

/** What turned `before` into `after`, in order; blanks alone do not part two. */
export function hunks(before: readonly string[], after: readonly string[]): Hunk[] {
  const found: Hunk[] = [];
  for (const hunk of apart(before, after)) {
    const last = found.at(-1);
    const between = last === undefined ? [] : before.slice(last.end, hunk.start);
    if (last !== undefined && between.every((word) => BLANK.includes(word[0] ?? ""))) {
      const words = [...last.words, ...between, ...hunk.words];
      found[found.length - 1] = { start: last.start, end: hunk.end, words };
    } else {
      found.push(hunk);
    }
  }
  return found;
}

function apart(before: readonly string[], after: readonly string[]): Hunk[] {
  const head = shared(before, after);
  const tail = shared(before.slice(head).reverse(), after.slice(head).reverse());
  const old = before.slice(head, before.length - tail);
  const fresh = after.slice(head, after.length - tail);
  const kept = keptOf(old, fresh);
  if (kept === null) return [{ start: head, end: head + old.length, words: fresh }];
  const found: Hunk[] = [];
  let i = 0;
  let j = 0;
  for (const [x, y] of [...kept, [old.length, fresh.length] as const]) {
    if (x > i || y > j) {
      found.push({ start: head + i, end: head + x, words: fresh.slice(j, y) });
    }
    i = x + 1;
    j = y + 1;
  }
  return found;
}

function shared(one: readonly string[], other: readonly string[]): number {
  let at = 0;
  while (at < one.length && at < other.length && one[at] === other[at]) at++;
  return at;
}

type Pair = readonly [number, number];

/** The pairs of words that stayed (Myers 1986); null when too much differs to look further. */
function keptOf(old: readonly string[], fresh: readonly string[]): Pair[] | null {
  const best = new Map<number, number>([[1, 0]]);
  const trail: Map<number, number>[] = [];
  const limit = Math.min(old.length + fresh.length, CHANGES_MAX);
  for (let changes = 0; changes <= limit; changes++) {
    trail.push(new Map(best));
    for (let k = -changes; k <= changes; k += 2) {
      const down = isDown(best, k, changes);
      let x = down ? at(best, k + 1) : at(best, k - 1) + 1;
      while (x < old.length && x - k < fresh.length && old[x] === fresh[x - k]) x++;
      best.set(k, x);
      if (x >= old.length && x - k >= fresh.length) {
        return walkedBack(trail, old.length, fresh.length);
      }
    }
  }
  return null;
}

function walkedBack(trail: readonly Map<number, number>[], endX: number, endY: number): Pair[] {
  const kept: Pair[] = [];
  let [x, y] = [endX, endY];
  for (let changes = trail.length - 1; changes >= 0; changes--) {
    const best = trail[changes] ?? new Map<number, number>();
    const k = x - y;
    const down = isDown(best, k, changes);
    const fromX = down ? at(best, k + 1) : at(best, k - 1);
    const fromY = fromX - (down ? k + 1 : k - 1);
    while (x > Math.max(fromX, 0) && y > Math.max(fromY, 0)) {
      x--;
      y--;
      kept.push([x, y]);
    }
    [x, y] = [fromX, fromY];
  }
  return kept.reverse();
}

function isDown(best: Map<number, number>, k: number, changes: number): boolean {
  return k === -changes || (k !== changes && at(best, k - 1) < at(best, k + 1));
}

function at(best: Map<number, number>, k: number): number {
  return best.get(k) ?? 0;
}

function joined(base: readonly string[], left: Hunk[], right: Hunk[]): string[] {
  const out: string[] = [];
  let from = 0;
  while (left.length > 0 || right.length > 0) {
    const { start, end, mine, theirs } = nextRegion(left, right);
    out.push(...base.slice(from, start));
    const one = applied(base, start, end, mine);
    const other = applied(base, start, end, theirs);
    if (mine.length === 0) out.push(other);
    else out.push(theirs.length === 0 ? one : both(one, other));
    from = end;
  }
  out.push(...base.slice(from));
  return out;
}

interface Region {
  readonly start: number;
  readonly end: number;
  readonly mine: readonly Hunk[];
  readonly theirs: readonly Hunk[];
}

/**
 * Takes the next hunk, with all of either side that overlap it, off the lists. What was put in
 * just before or behind a changed place overlaps nothing.
 */
function nextRegion(left: Hunk[], right: Hunk[]): Region {
  const [a, b] = [left[0], right[0]];
  const first = b === undefined || (a !== undefined && isBefore(a, b)) ? a : b;
  const start = first?.start ?? 0;
  let end = first?.end ?? 0;
  const mine: Hunk[] = [];
  const theirs: Hunk[] = [];
  const belongs = (one: Hunk): boolean =>
    one.start < end || (one.start === start && one.end === end);
  for (let grew = true; grew; ) {
    grew = false;
    for (const [side, taken] of [
      [left, mine],
      [right, theirs],
    ] as const) {
      for (let one = side[0]; one !== undefined && belongs(one); one = side[0]) {
        end = Math.max(end, one.end);
        taken.push(one);
        side.shift();
        grew = true;
      }
    }
  }
  return { start, end, mine, theirs };
}

function isBefore(a: Hunk, b: Hunk): boolean {
  return a.start < b.start || (a.start === b.start && a.end <= b.end);
}

function applied(
  base: readonly string[],
  start: number,
  end: number,
  changed: readonly Hunk[],
): string {
  let out = "";
  let from = start;
  for (const hunk of changed) {
    out += base.slice(from, hunk.start).join("") + hunk.words.join("");
    from = hunk.end;
  }
  return out + base.slice(from, end).join("");
}

function both(one: string, other: string): string {
  if (one === other || other === "") return one;
  if (one === "") return other;
  const [first, second] = isFirst(one, other) ? [one, other] : [other, one];
  return first.endsWith("\n") || second.startsWith("\n")
    ? first + second
    : `${first}\n${second}`;
}

function isFirst(one: string, other: string): boolean {
  if (one.startsWith("\n") !== other.startsWith("\n")) return other.startsWith("\n");
  return isLess(one, other);
}

/** Order of code points, which is not that of UTF-16 units. */
function isLess(one: string, other: string): boolean {
  const [a, b] = [[...one], [...other]];
  const from = shared(a, b);
  return (a[from]?.codePointAt(0) ?? -1) < (b[from]?.codePointAt(0) ?? -1);
}
