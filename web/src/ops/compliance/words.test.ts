import { describe, expect, test } from "vitest";
import type { JurisdictionRowView } from "../../shared/protocol/types";
import { spoken, standingOf, subjectOf } from "./words";

function row(opened: number): JurisdictionRowView {
  return {
    code: "AZ",
    name: "Arizona",
    opened,
    cells: 68,
    sign_offs: [],
    overdue: 0,
    uncited: 0,
    conflict: false,
  };
}

describe("a jurisdiction", () => {
  test.each([
    [0, "closed"],
    [1, "partly"],
    [67, "partly"],
    [68, "open"],
  ])("with %i of 68 open is %s", (opened, standing) => {
    expect(standingOf(row(opened))).toBe(standing);
  });
});

describe("a line of the log", () => {
  test("names the places of an opening and their professions", () => {
    expect(subjectOf('{"AZ": {"MD": ["filler"], "NP": ["filler"]}}')).toBe("AZ (MD, NP)");
  });

  test("names what was signed off, and where", () => {
    expect(subjectOf('{"jurisdiction": "TX", "what": "audio_only"}')).toBe("TX, Audio only");
  });

  test("is shown as it is when it cannot be read", () => {
    expect(subjectOf("nonsense")).toBe("nonsense");
  });
});

test("a code is said in words", () => {
  expect(spoken("live_video_required")).toBe("Live video required");
});
