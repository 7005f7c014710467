import { expect, test } from "vitest";
import { focusId } from "./targets";

test.each([
  ["note", "note"],
  ["gate:identity", "gate-identity"],
  ["gate:seen_on_video", "gate-seen_on_video"],
  ["location", "gate-location"],
  ["disposition:laser_ipl", "disp-laser_ipl"],
  ["disposition:laser_ipl:rationale", "disp-laser_ipl-rationale"],
  ["rationale:glp1", "disp-glp1-rationale"],
  ["call", "call"],
  ["something new", "chart"],
  ["", "chart"],
])("%s leads to %s", (target, id) => {
  expect(focusId(target)).toBe(id);
});
