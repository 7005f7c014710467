import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Ack, NoteView } from "../shared/protocol/types";
import { LeavingNotes } from "./leaving-notes";
import { LONGEST_MS, NOTE_MAX, RETRY_MS } from "./note";
import { LEAVING_TRIES, NoteDesk, type NoteEdges } from "./note-desk";
import { Drafts, type Shelf } from "./note-drafts";

type Save = Parameters<NoteEdges["send"]>[0];
const NAME = "gf-note-draft:encounter-1";
const DRAFT = "sealed before";

class Tab implements Shelf {
  readonly kept = new Map<string, string>();
  getItem(name: string): string | null {
    return this.kept.get(name) ?? null;
  }
  setItem(name: string, value: string): void {
    this.kept.set(name, value);
  }
  removeItem(name: string): void {
    this.kept.delete(name);
  }
}

/** A chart that is put away, and a server that answers when told to. */
class Scene {
  view: NoteView | null = {
    note: "",
    note_revision: 0,
    note_saved_at_ms: null,
    draft_key: btoa("k".repeat(32)),
  };
  readonly saves: Save[] = [];
  readonly tab = new Tab();
  readonly leaving = new LeavingNotes();
  readonly desk = new NoteDesk({
    encounterId: "encounter-1",
    send: (save) => {
      this.saves.push(save);
      return new Promise((resolve) => this.answers.push(resolve));
    },
    fetch: () => Promise.resolve(this.view),
    explain: () => "in words",
    drafts: new Drafts(this.tab, "encounter-1"),
  });
  private readonly answers: ((ack: Ack) => void)[] = [];

  /** Words on their way, and more typed after them; then another chart opens. */
  async putAway(first = "one", then = "one two"): Promise<void> {
    this.desk.refresh({ note: "", note_revision: 0, note_saved_at_ms: null });
    await vi.advanceTimersByTimeAsync(0);
    this.desk.type(first);
    await vi.advanceTimersByTimeAsync(LONGEST_MS);
    this.desk.type(then);
    this.desk.dispose();
    this.leaving.take(this.desk, "Ana");
  }

  async answer(ack: Partial<Ack>): Promise<void> {
    this.answers.shift()?.({ ok: true, id: "id", result: null, error: null, ...ack });
    await vi.advanceTimersByTimeAsync(0);
  }

  saved(revision: number): Promise<void> {
    return this.answer({ result: { revision, at_ms: revision, joined: false } });
  }

  refuse(code: string, retry: boolean): Promise<void> {
    const error = { code, retry, message: "", fields: [], opens_at_ms: null };
    return this.answer({ ok: false, error });
  }

  get lost(): string[] {
    return this.leaving.lost.value.map((each) => each.who);
  }
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe("a note whose chart was put away", () => {
  test("sends what was typed while a save was in flight, and holds the page until then", async () => {
    const scene = new Scene();
    await scene.putAway();
    expect(scene.saves.map((one) => one.text)).toEqual(["one"]);
    expect(scene.leaving.unsaved.value).toBe(true);
    await scene.saved(1);
    await vi.advanceTimersByTimeAsync(LONGEST_MS);
    expect(scene.saves[1]).toMatchObject({ base_revision: 1, text: "one two" });
    expect(scene.leaving.unsaved.value).toBe(true);
    await scene.saved(2);
    expect(scene.leaving.unsaved.value).toBe(false);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(scene.saves).toHaveLength(2);
  });

  test("sends a save again that was lost, after ever longer pauses, and the rest after it", async () => {
    const scene = new Scene();
    await scene.putAway();
    for (const [n, pause] of [RETRY_MS, 2 * RETRY_MS, 4 * RETRY_MS].entries()) {
      await scene.refuse("not_sent", true);
      await vi.advanceTimersByTimeAsync(pause - 1);
      expect(scene.saves).toHaveLength(n + 1);
      await vi.advanceTimersByTimeAsync(1);
      expect(scene.saves.at(-1)).toMatchObject({ base_revision: 0, text: "one" });
      expect(scene.leaving.unsaved.value).toBe(true);
    }
    await scene.saved(1);
    await vi.advanceTimersByTimeAsync(LONGEST_MS);
    await scene.saved(2);
    expect(scene.saves.at(-1)?.text).toBe("one two");
    expect(scene.leaving.unsaved.value).toBe(false);
    expect(scene.lost).toEqual([]);
  });

  test("is given up after some tries, and that is said until it is dismissed", async () => {
    const scene = new Scene();
    await scene.putAway();
    for (let tries = 0; tries < LEAVING_TRIES; tries += 1) {
      expect(scene.lost).toEqual([]);
      await scene.refuse("not_sent", true);
      await vi.advanceTimersByTimeAsync(60_000);
    }
    expect(scene.saves).toHaveLength(LEAVING_TRIES);
    expect(scene.lost).toEqual(["Ana"]);
    expect(scene.leaving.unsaved.value).toBe(true);
    for (const each of scene.leaving.lost.value) scene.leaving.dismiss(each);
    expect(scene.lost).toEqual([]);
    expect(scene.leaving.unsaved.value).toBe(false);
  });

  test("is given up at once when it will never be taken, or is too long to be", async () => {
    const refused = new Scene();
    await refused.putAway();
    await refused.refuse("already_signed", false);
    expect(refused.lost).toEqual(["Ana"]);
    const long = new Scene();
    await long.putAway("one", "x".repeat(NOTE_MAX + 1));
    expect(long.lost).toEqual([]);
    await long.saved(1);
    expect(long.lost).toEqual(["Ana"]);
    expect(long.saves).toHaveLength(1);
  });

  test("reads and joins what another window saved meanwhile", async () => {
    const scene = new Scene();
    await scene.putAway();
    scene.view = { ...(scene.view as NoteView), note: "one\ntheirs", note_revision: 2 };
    await scene.answer({ result: { revision: 2, at_ms: 2, joined: true } });
    await vi.advanceTimersByTimeAsync(LONGEST_MS);
    expect(scene.saves[1]).toMatchObject({ base_revision: 2, text: "one two\ntheirs" });
    await scene.saved(3);
    expect(scene.leaving.unsaved.value).toBe(false);
  });

  test("is gone on with when its chart is opened again, given up or not", async () => {
    const scene = new Scene();
    await scene.putAway();
    await scene.refuse("forbidden", false);
    expect(scene.leaving.back("encounter-2")).toBe(null);
    expect(scene.leaving.back("encounter-1")).toBe(scene.desk);
    expect(scene.lost).toEqual([]);
    expect(scene.desk.note.value.text).toBe("one two");
    scene.desk.type("one two three");
    await vi.advanceTimersByTimeAsync(RETRY_MS);
    expect(scene.saves[1]).toMatchObject({ base_revision: 0, text: "one two three" });
    expect(scene.leaving.back("encounter-1")).toBe(null);
  });

  test("is held by nothing when all of it is saved", async () => {
    const scene = new Scene();
    await scene.putAway("one", "one");
    await scene.saved(1);
    expect(scene.leaving.unsaved.value).toBe(false);
    expect(scene.leaving.back("encounter-1")).toBe(null);
  });

  test("tries nothing any more when the page goes", async () => {
    const scene = new Scene();
    await scene.putAway();
    scene.leaving.close();
    await scene.refuse("closed", true);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(scene.saves).toHaveLength(1);
    expect(scene.lost).toEqual([]);
  });

  test("leaves what a page before it left behind alone, when it was not read yet", async () => {
    const scene = new Scene();
    scene.tab.setItem(NAME, DRAFT);
    scene.desk.dispose();
    scene.leaving.take(scene.desk, "Ana");
    await vi.advanceTimersByTimeAsync(RETRY_MS);
    expect(scene.tab.getItem(NAME)).toBe(DRAFT);
    expect(scene.leaving.unsaved.value).toBe(false);
  });
});
