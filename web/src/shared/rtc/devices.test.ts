import { describe, expect, test } from "vitest";
import { browserKind } from "./browser";
import { levelOf, problemOf } from "./devices";

const IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15";
const ANDROID =
  "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko)";
const CHROME = "Chrome/140.0.0.0 Mobile Safari/537.36";

describe("which browser this is", () => {
  test.each([
    ["Safari", `${IPHONE} (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1`, "ios"],
    [
      "Chrome on iOS",
      `${IPHONE} (KHTML, like Gecko) CriOS/140.0 Mobile/15E148 Safari/604.1`,
      "ios",
    ],
    [
      "Firefox on iOS",
      `${IPHONE} (KHTML, like Gecko) FxiOS/140.0 Mobile/15E148 Safari/605.1.15`,
      "ios",
    ],
    ["Chrome on Android", `${ANDROID} ${CHROME}`, "android"],
    [
      "Chrome on a desktop",
      "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36",
      "desktop",
    ],
    [
      "Safari on a Mac",
      "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.5 Safari/605.1.15",
      "desktop",
    ],
  ])("%s is a real browser", (_name, userAgent, platform) => {
    expect(browserKind(userAgent)).toEqual({ platform, inApp: null });
  });

  test.each([
    ["Instagram", `${IPHONE} (KHTML, like Gecko) Mobile/15E148 Instagram 390.0`],
    ["Facebook", `${IPHONE} (KHTML, like Gecko) Mobile/15E148 [FBAN/FBIOS;FBAV/500.0]`],
    ["Facebook", `${ANDROID} Version/4.0 ${CHROME} [FB_IAB/FB4A;FBAV/500.0]`],
    ["TikTok", `${IPHONE} (KHTML, like Gecko) Mobile/15E148 musical_ly_39.0 BytedanceWebview`],
    ["Line", `${IPHONE} (KHTML, like Gecko) Mobile/15E148 Safari Line/15.0`],
    ["app", `${IPHONE} (KHTML, like Gecko) Mobile/15E148`],
    [
      "app",
      "Mozilla/5.0 (Linux; Android 15; Pixel 9; wv) AppleWebKit/537.36 Version/4.0 Chrome/140.0 Mobile Safari/537.36",
    ],
  ])("%s is a browser inside an app", (name, userAgent) => {
    expect(browserKind(userAgent).inApp).toBe(name);
  });

  test("an iPad that calls itself a Mac is told by its touch screen", () => {
    const userAgent =
      "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.5 Safari/605.1.15";
    expect(browserKind(userAgent, 5).platform).toBe("ios");
  });
});

test("the errors of getUserMedia become what a person can mend", () => {
  expect(problemOf("NotAllowedError")).toBe("denied");
  expect(problemOf("NotFoundError")).toBe("missing");
  expect(problemOf("NotReadableError")).toBe("busy");
  expect(problemOf("AbortError")).toBe("busy");
});

test("silence is no level, a full tone fills the meter, speech lies between", () => {
  expect(levelOf(new Float32Array(64))).toBe(0);
  expect(levelOf(new Float32Array(64).fill(0.9))).toBe(1);
  const speech = levelOf(new Float32Array(64).fill(0.03));
  expect(speech).toBeGreaterThan(0.2);
  expect(speech).toBeLessThan(0.8);
});
