import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Ack, NoteView } from "../shared/protocol/types";
import { LONGEST_MS, RETRY_MS } from "./note";
import { NoteDesk, type NoteEdges } from "./note-desk";
import { Drafts } from "./note-drafts";

type Save = Parameters<NoteEdges["send"]>[0];

/** A server that answers when told to. */
class Scene {
  view: NoteView | null = {
    note: "",
    note_revision: 0,
    note_saved_at_ms: null,
    draft_key: btoa("k".repeat(32)),
  };
  readonly saves: Save[] = [];
  private readonly answers: ((ack: Ack) => void)[] = [];
  readonly desk = new NoteDesk({
    encounterId: "encounter-1",
    send: (save) => {
      this.saves.push(save);
      return new Promise((resolve) => this.answers.push(resolve));
    },
    fetch: () => Promise.resolve(this.view),
    explain: () => "in words",
    drafts: new Drafts(null, "encounter-1"),
  });

  async opened(): Promise<NoteDesk> {
    this.desk.refresh({ note: "", note_revision: 0, note_saved_at_ms: null });
    await vi.advanceTimersByTimeAsync(0);
    return this.desk;
  }

  async answer(ack: Partial<Ack>): Promise<void> {
    this.answers.shift()?.({ ok: true, id: "id", result: null, error: null, ...ack });
    await vi.advanceTimersByTimeAsync(0);
  }

  refuse(code: string, retry: boolean): Promise<void> {
    const error = { code, retry, message: "", fields: [], opens_at_ms: null };
    return this.answer({ ok: false, error });
  }
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe("the note's edge", () => {
  test("saves while typing goes on, one save at a time", async () => {
    const scene = new Scene();
    const desk = await scene.opened();
    for (let at = 0; at < 2_000; at += 100) {
      desk.type(`${desk.note.value.text}x`);
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(scene.saves).toHaveLength(1);
    expect(scene.saves[0]).toMatchObject({
      base_revision: 0,
      text: "x".repeat(LONGEST_MS / 100),
    });
    await scene.answer({ result: { revision: 1, at_ms: 5, joined: false } });
    await vi.advanceTimersByTimeAsync(LONGEST_MS);
    expect(scene.saves[1]).toMatchObject({ base_revision: 1, text: "x".repeat(20) });
  });

  test("reads the note when another window saved, and saves on what it read", async () => {
    const scene = new Scene();
    const desk = await scene.opened();
    desk.type("ours");
    scene.view = { ...(scene.view as NoteView), note: "theirs", note_revision: 1 };
    desk.heard(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(desk.note.value.text).toBe("ours\ntheirs");
    await vi.advanceTimersByTimeAsync(LONGEST_MS);
    expect(scene.saves[0]).toMatchObject({ base_revision: 1, text: "ours\ntheirs" });
  });

  test("leaves a letter that is being composed alone, and reads afterwards", async () => {
    const scene = new Scene();
    const desk = await scene.opened();
    desk.compose(true);
    scene.view = { ...(scene.view as NoteView), note: "theirs", note_revision: 1 };
    desk.heard(1);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(desk.note.value.text).toBe("");
    desk.compose(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(desk.note.value.text).toBe("theirs");
  });

  test("sends a lost save again as it was, and shows why it is not saved", async () => {
    const scene = new Scene();
    const desk = await scene.opened();
    desk.type("one");
    await vi.advanceTimersByTimeAsync(LONGEST_MS);
    await scene.refuse("not_sent", true);
    desk.type("one two");
    expect(desk.note.value.problem).toBe("in words");
    await vi.advanceTimersByTimeAsync(RETRY_MS);
    expect(scene.saves[1]).toMatchObject({ base_revision: 0, text: "one" });
  });

  test("shows both texts when they are too long together, and saves no more until shorter", async () => {
    const scene = new Scene();
    const desk = await scene.opened();
    desk.type("b");
    await vi.advanceTimersByTimeAsync(LONGEST_MS);
    scene.view = { ...(scene.view as NoteView), note: "a".repeat(20_000), note_revision: 1 };
    await scene.refuse("note_too_long", false);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(desk.note.value.text).toBe(`${"a".repeat(20_000)}\nb`);
    expect(scene.saves).toHaveLength(1);
    desk.type(`${"a".repeat(10)}\nb`);
    await vi.advanceTimersByTimeAsync(LONGEST_MS);
    expect(scene.saves[1]).toMatchObject({ base_revision: 1 });
  });

  test("saves what was typed during a save when it is put away, though that save is lost", async () => {
    const scene = new Scene();
    const desk = await scene.opened();
    desk.type("one");
    await vi.advanceTimersByTimeAsync(LONGEST_MS);
    desk.type("one two");
    desk.dispose();
    await scene.refuse("not_sent", true);
    await vi.advanceTimersByTimeAsync(RETRY_MS);
    expect(scene.saves[1]).toMatchObject({ base_revision: 0, text: "one" });
    await scene.answer({ result: { revision: 1, at_ms: 5, joined: false } });
    await vi.advanceTimersByTimeAsync(LONGEST_MS);
    expect(scene.saves[2]).toMatchObject({ base_revision: 1, text: "one two" });
  });

  test("is not written in before it was read", async () => {
    const scene = new Scene();
    expect(scene.desk.ready.value).toBe(false);
    await vi.advanceTimersByTimeAsync(0);
    scene.desk.dispose();
  });
});
