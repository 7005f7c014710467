import { describe, expect, it } from "vitest";
import type { OwnSessionView } from "../protocol/types";
import { elsewhereWords, linesOf } from "./sessions";

const NOW = Date.UTC(2026, 10, 29, 14, 0);

function session(id: string, more: Partial<OwnSessionView> = {}): OwnSessionView {
  return {
    id,
    here: false,
    agent: "Firefox on Windows",
    way: "password",
    proved_at_ms: NOW - 600_000,
    last_seen_at_ms: NOW - 300_000,
    ...more,
  };
}

describe("the list of sessions", () => {
  it("begins with this one, then whichever was used last", () => {
    const found = linesOf(
      [
        session("a"),
        session("b", { last_seen_at_ms: NOW - 1_000 }),
        session("c", { here: true, last_seen_at_ms: NOW - 800_000 }),
      ],
      NOW,
    );
    expect(found.map((one) => one.id)).toEqual(["c", "b", "a"]);
    expect(found.map((one) => one.used)).toEqual([
      "This one",
      "Used just now",
      "Used 5 min ago",
    ]);
  });

  it("says since when and how", () => {
    const [line] = linesOf([session("a")], NOW, "UTC");
    expect(line?.signedIn).toBe("Nov 29, 2026, 13:50, by password");
    expect(line?.where).toBe("Firefox on Windows");
  });

  it("says nothing that it does not know", () => {
    const [line] = linesOf([session("a", { way: "unheard_of", agent: null })], NOW, "UTC");
    expect(line?.signedIn).toBe("Nov 29, 2026, 13:50");
    expect(line?.where).toBe("Unknown browser");
  });

  it("counts hours when it was long ago", () => {
    const [line] = linesOf([session("a", { last_seen_at_ms: NOW - 7_500_000 })], NOW);
    expect(line?.used).toBe("Used 2:05:00 h ago");
  });
});

it("is said when an account is signed in elsewhere, and how often", () => {
  expect(elsewhereWords(0)).toBeNull();
  expect(elsewhereWords(1)).toContain("elsewhere");
  expect(elsewhereWords(3)).toContain("3 other places");
});
