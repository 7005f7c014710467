import { describe, expect, test } from "vitest";
import {
  type Answer,
  acknowledged,
  caughtUp,
  draftOf,
  dueAt,
  excess,
  heard,
  isSaved,
  LONGEST_MS,
  NOTE_MAX,
  type Note,
  nextSave,
  opened,
  outdated,
  PAUSE_MS,
  RETRY_MS,
  refused,
  resumed,
  sending,
  stillBehind,
  typed,
} from "./note";

const empty = opened({ text: "", revision: 0, savedAtMs: null });

function held(text: string, revision: number, savedAtMs: number | null = 1): Note {
  return opened({ text, revision, savedAtMs });
}

function answer(revision: number, joined = false): Answer {
  return { revision, atMs: 777, joined };
}

describe("saving as typed", () => {
  test("nothing is due until something was typed", () => {
    expect(dueAt(empty)).toBeNull();
    expect(isSaved(empty)).toBe(true);
    expect(draftOf(empty)).toBeNull();
  });

  test("a pause in typing is enough", () => {
    expect(dueAt(typed(empty, "a", 1_000))).toBe(1_000 + PAUSE_MS);
  });

  test("typing without a pause still saves", () => {
    let note = empty;
    for (let at = 0; at <= 3_000; at += 100) note = typed(note, `${note.text}x`, at);
    expect(dueAt(note)).toBe(LONGEST_MS);
  });

  test("only one save is under way, and what was typed meanwhile follows it", () => {
    let note = sending(typed(empty, "one", 0));
    note = typed(note, "one two", 600);
    expect(dueAt(note)).toBeNull();
    note = acknowledged(note, answer(1), 700);
    expect(note).toMatchObject({ base: "one", revision: 1, savedAtMs: 777, text: "one two" });
    expect(isSaved(note)).toBe(false);
    expect(dueAt(note)).toBe(600 + PAUSE_MS);
  });

  test("an acknowledged save is saved", () => {
    expect(isSaved(acknowledged(sending(typed(empty, "one", 0)), answer(1), 5))).toBe(true);
  });
});

describe("a save without an answer", () => {
  const lost = refused(sending(typed(held("a", 4), "a b", 0)), "no answer", 10_000, true);

  test("keeps its text and is tried again", () => {
    expect(lost).toMatchObject({ text: "a b", problem: "no answer" });
    expect(isSaved(lost)).toBe(false);
    expect(dueAt(lost)).toBe(10_000 + RETRY_MS);
  });

  test("is sent again just as it was, and what was typed since follows it", () => {
    const note = typed(lost, "a b c", 10_500);
    expect(nextSave(note)).toEqual({ text: "a b", on: 4 });
    const after = acknowledged(sending(note), answer(5), 12_100);
    expect(after).toMatchObject({ base: "a b", text: "a b c", sent: null });
    expect(nextSave(after)).toEqual({ text: "a b c", on: 5 });
    expect(dueAt(after)).not.toBeNull();
  });

  test("that the server did not want is not sent again as it was", () => {
    const note = refused(sending(typed(held("a", 4), "a b", 0)), "too long", 0, false);
    expect(nextSave(typed(note, "a", 50))).toEqual({ text: "a", on: 4 });
  });
});

describe("another window", () => {
  test("saved: its words come in at once, into what is typed here", () => {
    let note = typed(held("History\nPlan", 4), "History\nPlan: wait", 0);
    note = heard(note, 5);
    expect(note.phase).toBe("behind");
    expect(dueAt(note)).toBeNull();
    note = caughtUp(note, { text: "History: none\nPlan", revision: 5, savedAtMs: 9 }, 50);
    expect(note).toMatchObject({ text: "History: none\nPlan: wait", revision: 5, joins: 1 });
    expect(dueAt(note)).toBe(PAUSE_MS);
    expect(nextSave(note).on).toBe(5);
  });

  test("saved while a save of ours is under way: the note is read after its answer", () => {
    let note = heard(sending(typed(held("a", 1), "a b", 0)), 2);
    expect(note.phase).toBe("sending");
    note = acknowledged(heard(note, 3), answer(2), 100);
    expect(note.phase).toBe("behind");
    note = caughtUp(note, { text: "a b c", revision: 3, savedAtMs: 5 }, 200);
    expect(note).toMatchObject({ text: "a b c", revision: 3, phase: "idle" });
    expect(isSaved(note)).toBe(true);
  });

  test("saved before ours: the server joined them, and no word of ours comes twice", () => {
    let note = sending(typed(empty, "hel", 0));
    note = acknowledged(typed(note, "hello", 300), answer(2, true), 400);
    expect(note.phase).toBe("behind");
    note = caughtUp(note, { text: "hel\nwor", revision: 2, savedAtMs: 5 }, 450);
    expect(note.text).toBe("hello\nwor");
  });

  test("brings nothing that we have saved ourselves", () => {
    const note = acknowledged(heard(sending(typed(empty, "a", 0)), 1), answer(1), 9);
    expect(isSaved(note)).toBe(true);
    expect(heard(note, 1)).toBe(note);
  });

  test("brings a newer note when nothing is unsaved here, and no older one", () => {
    const note = held("a", 1);
    expect(caughtUp(note, { text: "ab", revision: 2, savedAtMs: 9 }, 0)).toMatchObject({
      text: "ab",
      revision: 2,
    });
    expect(caughtUp(note, { text: "", revision: 0, savedAtMs: null }, 0)).toBe(note);
  });

  test("is read again when it could not be read, and waits for the revision it heard of", () => {
    const note = stillBehind(heard(held("a", 1), 3), 1_000);
    expect(note).toMatchObject({ phase: "behind", retryMs: 1_000 + RETRY_MS });
    expect(caughtUp(note, { text: "ab", revision: 2, savedAtMs: 9 }, 0)).toBe(note);
  });
});

test("a server that came back with an older note loses nothing of ours", () => {
  let note = outdated(sending(typed(held("one two", 9), "one two three", 0)));
  note = caughtUp(note, { text: "one two", revision: 7, savedAtMs: 5 }, 100);
  expect(note).toMatchObject({ text: "one two three", revision: 7, phase: "idle" });
  expect(dueAt(note)).not.toBeNull();
});

describe("a text that is too long", () => {
  test("is not sent until it is shorter", () => {
    const note = typed(empty, "x".repeat(NOTE_MAX + 3), 0);
    expect(excess(note.text)).toBe(3);
    expect(dueAt(note)).toBeNull();
    expect(dueAt(typed(note, "x".repeat(NOTE_MAX), 10))).not.toBeNull();
  });

  test("is measured in code points", () => {
    expect(excess("😀".repeat(NOTE_MAX))).toBe(0);
    expect(excess("😀".repeat(NOTE_MAX + 1))).toBe(1);
  });
});

describe("a page that went and came back", () => {
  test("goes on with what was not saved, sending what may have arrived as it was", () => {
    const before = typed(sending(typed(held("a", 3), "a b", 0)), "a b c", 200);
    const draft = draftOf(before);
    expect(draft).toEqual({
      text: "a b c",
      base: "a",
      revision: 3,
      sent: { text: "a b", on: 3 },
    });
    if (draft === null) return;
    const after = resumed(held("a b", 4), JSON.parse(JSON.stringify(draft)));
    expect(dueAt(after)).not.toBeNull();
    expect(nextSave(after)).toEqual({ text: "a b", on: 3 });
    expect(acknowledged(sending(after), answer(4), 0)).toMatchObject({
      text: "a b c",
      base: "a b",
      revision: 4,
    });
  });

  test("in the middle of a joining sends the joined save again, and then the rest", () => {
    let note = typed(sending(typed(empty, "hel", 0)), "hello", 100);
    note = acknowledged(note, answer(2, true), 200);
    const draft = draftOf(note);
    expect(draft).toEqual({
      text: "hello",
      base: "",
      revision: 0,
      sent: { text: "hel", on: 0 },
    });
    if (draft === null) return;
    note = sending(resumed(held("hel\nwor", 2), draft));
    expect(note.sent).toEqual({ text: "hel", on: 0 });
    note = acknowledged(note, answer(2, true), 300);
    note = caughtUp(note, { text: "hel\nwor", revision: 2, savedAtMs: 1 }, 400);
    expect(note).toMatchObject({ text: "hello\nwor", base: "hel\nwor", revision: 2 });
  });

  test("keeps nothing of a note that is saved", () => {
    expect(draftOf(held("a", 1))).toBeNull();
    expect(draftOf(heard(held("a", 1), 2))).toBeNull();
  });
});
