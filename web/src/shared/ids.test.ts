import { describe, expect, it } from "vitest";
import { requestIds } from "./ids";

describe("the id of a request", () => {
  it("stays for another try of the same, so that a lost answer makes no second record", () => {
    let made = 0;
    const idOf = requestIds(() => `id-${++made}`);
    expect(idOf({ lot: "C1" })).toBe("id-1");
    expect(idOf({ lot: "C1" })).toBe("id-1");
    expect(idOf({ lot: "C2" })).toBe("id-2");
  });
});
