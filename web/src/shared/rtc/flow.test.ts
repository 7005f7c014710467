import { expect, test } from "vitest";
import { beginFlow, FROZEN_AFTER_MS, observe, unheard } from "./flow";

const seen = (frames: number) => ({ frames, expected: true });

test("nothing is reported while no frame has been decoded, however long it takes", () => {
  expect(observe(beginFlow(0), seen(0), 60_000).news).toBeNull();
});

test("the first decoded frame is reported once", () => {
  const first = observe(beginFlow(0), seen(1), 100);
  expect(first.news).toBe("first_frame");
  expect(observe(first.flow, seen(2), 150).news).toBeNull();
});

test("two seconds without a new frame are an interruption, reported once", () => {
  const { flow } = observe(beginFlow(0), seen(1), 0);
  expect(observe(flow, seen(1), FROZEN_AFTER_MS - 1).news).toBeNull();
  const frozen = observe(flow, seen(1), FROZEN_AFTER_MS);
  expect(frozen.news).toBe("interrupted");
  expect(observe(frozen.flow, seen(1), FROZEN_AFTER_MS * 2).news).toBeNull();
});

test("the next frame is a recovery, not another first frame", () => {
  const { flow } = observe(beginFlow(0), seen(1), 0);
  const frozen = observe(flow, seen(1), FROZEN_AFTER_MS);
  expect(observe(frozen.flow, seen(2), 5_000).news).toBe("recovered");
});

test("a camera that was switched off on purpose is no interruption", () => {
  const { flow } = observe(beginFlow(0), seen(1), 0);
  const off = observe(flow, { frames: 1, expected: false }, 60_000);
  expect(off.news).toBeNull();
  expect(observe(off.flow, seen(1), 60_500).news).toBeNull();
});

test("switching it off while frozen ends the interruption", () => {
  const { flow } = observe(beginFlow(0), seen(1), 0);
  const frozen = observe(flow, seen(1), FROZEN_AFTER_MS);
  expect(observe(frozen.flow, { frames: 1, expected: false }, 3_000).news).toBe("recovered");
});

test("a server that still waits for a picture that was seen does not know of it", () => {
  expect(unheard("flowing", "connecting")).toBe("first_frame");
  expect(unheard("frozen", "connecting")).toBe("first_frame");
  expect(unheard("waiting", "connecting")).toBeNull();
});

test("a server that calls a frozen picture connected does not know of it", () => {
  expect(unheard("frozen", "connected")).toBe("interrupted");
  expect(unheard("flowing", "connected")).toBeNull();
  expect(unheard("frozen", "interrupted")).toBeNull();
  expect(unheard("frozen", "failed")).toBeNull();
});
