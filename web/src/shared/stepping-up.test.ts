import { afterEach, beforeEach, expect, it } from "vitest";
import { answerProof, dialogOpened, freshly, proofAsked } from "./stepping-up";

let close: () => void = () => undefined;
beforeEach(() => {
  close = dialogOpened();
});
afterEach(() => close());

/** Something that is refused until it was proved again. */
function action(): { attempts: number; run: () => Promise<string> } {
  const one = {
    attempts: 0,
    run: async () => {
      one.attempts += 1;
      return one.attempts === 1 ? "stale" : "done";
    },
  };
  return one;
}

const isStale = (outcome: string): boolean => outcome === "stale";
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

it("asks for nothing where nothing is stale", async () => {
  expect(await freshly(async () => "done", isStale)).toBe("done");
  expect(proofAsked.value).toBe(false);
});

it("does it again by itself once it is proved", async () => {
  const signing = action();
  const outcome = freshly(signing.run, isStale);
  await turn();
  expect(proofAsked.value).toBe(true);
  answerProof(true);
  expect(await outcome).toBe("done");
  expect([signing.attempts, proofAsked.value]).toEqual([2, false]);
});

it("leaves it at the refusal when nobody proves it", async () => {
  const signing = action();
  const outcome = freshly(signing.run, isStale);
  await turn();
  answerProof(false);
  expect(await outcome).toBe("stale");
  expect(signing.attempts).toBe(1);
});

it("asks once for all that wait, and again another time", async () => {
  const [one, other, later] = [action(), action(), action()];
  const outcomes = [freshly(one.run, isStale), freshly(other.run, isStale)];
  await turn();
  answerProof(true);
  expect(await Promise.all(outcomes)).toEqual(["done", "done"]);
  const again = freshly(later.run, isStale);
  await turn();
  expect(proofAsked.value).toBe(true);
  answerProof(false);
  expect(await again).toBe("stale");
});

it("does it twice at most", async () => {
  let attempts = 0;
  const outcome = freshly(async () => {
    attempts += 1;
    return "stale";
  }, isStale);
  await turn();
  answerProof(true);
  expect(await outcome).toBe("stale");
  expect(attempts).toBe(2);
});

it("does not wait on a page that cannot ask, nor for one that is left", async () => {
  const waiting = freshly(action().run, isStale);
  await turn();
  close();
  close = () => undefined;
  expect(await waiting).toBe("stale");
  expect(await freshly(action().run, isStale)).toBe("stale");
});
