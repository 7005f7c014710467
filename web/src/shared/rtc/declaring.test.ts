import { describe, expect, test } from "vitest";
import { Declaring, type Page, type Said } from "./declaring";

class FakePage extends EventTarget implements Page {
  visibilityState: DocumentVisibilityState = "visible";

  show(state: DocumentVisibilityState): void {
    this.visibilityState = state;
    this.dispatchEvent(new Event("visibilitychange"));
  }
}

function begun(): { page: FakePage; declaring: Declaring; said: Said[] } {
  const page = new FakePage();
  const said: Said[] = [];
  return { page, said, declaring: new Declaring((one) => said.push(one), page) };
}

const ON = { audio: true, video: true };
const SEEN = { ...ON, hidden: false, frozen: false };

describe("what a page says of itself", () => {
  test("is nothing before there is a call to say it in", () => {
    const { page, said } = begun();
    page.show("hidden");
    page.dispatchEvent(new Event("freeze"));
    expect(said).toEqual([]);
  });

  test("is all of it, whichever part changed", () => {
    const { page, declaring, said } = begun();
    declaring.say(ON);
    page.show("hidden");
    page.dispatchEvent(new Event("freeze"));
    page.dispatchEvent(new Event("resume"));
    page.show("visible");
    declaring.say({ audio: false, video: true });
    expect(said).toEqual([
      SEEN,
      { ...SEEN, hidden: true },
      { ...SEEN, hidden: true, frozen: true },
      { ...SEEN, hidden: true },
      SEEN,
      { ...SEEN, audio: false },
    ]);
  });

  test("can be said once more", () => {
    const { declaring, said } = begun();
    declaring.say(ON);
    declaring.again();
    expect(said).toEqual([SEEN, SEEN]);
  });
});
