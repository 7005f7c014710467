import { expect, test } from "vitest";
import { beginLadder, ENCODINGS, type Ladder, RUNGS, unweighed, weighed } from "./ladder";

test("whatever is measured, no step of the ladder ever switches the video off", () => {
  let seed = 1;
  const random = (): number => {
    seed = (seed * 16_807) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  for (let walk = 0; walk < 200; walk += 1) {
    let ladder: Ladder = beginLadder();
    let level = 50;
    for (let second = 0; second < 300; second += 2) {
      level = random() < 0.1 ? random() * 100 : level;
      ladder = weighed(ladder, level, second).ladder;
      expect(ENCODINGS[ladder.rung].video).toBe(true);
      expect(ENCODINGS[ladder.rung].frame_rate_max).toBeGreaterThanOrEqual(12);
    }
  }
});

test("only the rung that is agreed to has no video", () => {
  expect(RUNGS.filter((rung) => !ENCODINGS[rung].video)).toEqual(["audio_only"]);
});

test("a path that stays bad is suggested to go on without video, and goes on with it", () => {
  let ladder: Ladder = beginLadder();
  const suggested: (string | null)[] = [];
  for (let second = 0; second < 60; second += 2) {
    const seen = weighed(ladder, 10, second);
    ladder = seen.ladder;
    suggested.push(seen.suggestion);
  }
  expect(ladder.rung).toBe("lower_rate");
  expect(suggested.at(-1)).toBe("audio_only");
});

test("after a pause in measuring a low score must last anew", () => {
  const low = weighed(beginLadder(), 10, 0).ladder;
  expect(weighed(low, 10, 4).ladder.rung).toBe("lower_resolution");
  expect(weighed(unweighed(low), 10, 4).ladder.rung).toBe("full");
});
