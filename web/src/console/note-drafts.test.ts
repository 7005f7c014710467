import { describe, expect, test } from "vitest";
import type { Draft } from "./note";
import { Drafts, type Shelf } from "./note-drafts";

const KEY = btoa("k".repeat(32));
const DRAFT: Draft = {
  text: "Brow symmetric. é😀",
  base: "Brow",
  revision: 3,
  sent: { text: "Brow symmetric.", on: 3 },
};

class MemoryShelf implements Shelf {
  readonly kept = new Map<string, string>();
  private waiting: (() => void)[] = [];

  getItem(name: string): string | null {
    return this.kept.get(name) ?? null;
  }

  setItem(name: string, value: string): void {
    this.kept.set(name, value);
    for (const done of this.waiting) done();
    this.waiting = [];
  }

  removeItem(name: string): void {
    this.kept.delete(name);
  }

  written(): Promise<void> {
    return new Promise((resolve) => this.waiting.push(resolve));
  }
}

async function kept(draft: Draft): Promise<MemoryShelf> {
  const shelf = new MemoryShelf();
  const drafts = new Drafts(shelf, "encounter-1");
  await drafts.unlock(KEY);
  const written = shelf.written();
  drafts.keep(draft);
  await written;
  return shelf;
}

describe("a draft", () => {
  test("is read back by a page with the same key, and is nowhere in the clear", async () => {
    const shelf = await kept(DRAFT);
    const after = new Drafts(shelf, "encounter-1");
    expect(after.left).toBe(true);
    await after.unlock(KEY);
    expect(await after.read()).toEqual(DRAFT);
    for (const [name, value] of shelf.kept) {
      expect(`${name}${value}${atob(value)}`).not.toContain("Brow");
    }
  });

  test("does not open with another key, nor for another chart, and goes then", async () => {
    const shelf = await kept(DRAFT);
    const other = new Drafts(shelf, "encounter-1");
    await other.unlock(btoa("o".repeat(32)));
    expect(await other.read()).toBeNull();
    expect(other.left).toBe(false);
    const moved = await kept(DRAFT);
    moved.kept.set(
      "gf-note-draft:encounter-2",
      moved.kept.get("gf-note-draft:encounter-1") ?? "",
    );
    const elsewhere = new Drafts(moved, "encounter-2");
    await elsewhere.unlock(KEY);
    expect(await elsewhere.read()).toBeNull();
  });

  test("is not stored without a key, and is once there is one", async () => {
    const shelf = new MemoryShelf();
    const drafts = new Drafts(shelf, "encounter-1");
    drafts.keep(DRAFT);
    expect(drafts.left).toBe(false);
    const written = shelf.written();
    await drafts.unlock(KEY);
    await written;
    expect(drafts.left).toBe(true);
  });

  test("goes once all is saved, even while it is being sealed", async () => {
    const shelf = await kept(DRAFT);
    const drafts = new Drafts(shelf, "encounter-1");
    await drafts.unlock(KEY);
    drafts.keep({ ...DRAFT, text: "more" });
    drafts.keep(null);
    await crypto.subtle.digest("SHA-256", new Uint8Array(1));
    expect(drafts.left).toBe(false);
  });

  test("is the last of several", async () => {
    const shelf = new MemoryShelf();
    const drafts = new Drafts(shelf, "encounter-1");
    await drafts.unlock(KEY);
    const written = shelf.written();
    for (const text of ["a", "ab", "abc"]) drafts.keep({ ...DRAFT, text });
    await written;
    expect((await drafts.read())?.text).toBe("abc");
  });
});
