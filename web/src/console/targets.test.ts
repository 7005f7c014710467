import { expect, test } from "vitest";
import { besideChart, focusId } from "./targets";

test.each([
  ["note", "note"],
  ["gate-identity", "gate-identity"],
  ["gate-seen_on_video", "gate-seen_on_video"],
  ["disp-laser_ipl", "disp-laser_ipl"],
  ["seen-laser_ipl", "seen-laser_ipl"],
  ["gate:identity", "gate-identity"],
  ["gate:seen_on_video", "gate-seen_on_video"],
  ["location", "gate-location"],
  ["disposition:laser_ipl", "disp-laser_ipl"],
  ["disposition:laser_ipl:rationale", "disp-laser_ipl-rationale"],
  ["rationale:glp1", "disp-glp1-rationale"],
  ["call", "call"],
  ["item-answers", "item-answers"],
  ["item-0f-9a_1", "item-0f-9a_1"],
  ["cond-lower_risk_class", "cond-lower_risk_class"],
  ["sufficiency", "sufficiency"],
  ["something new", "chart"],
  ["", "chart"],
])("%s leads to %s", (target, id) => {
  expect(focusId(target)).toBe(id);
});

test.each([
  ["rationale_missing", "disp-glp1-rationale"],
  ["order_missing", "disp-glp1-order"],
  ["conditions_missing", "disp-glp1-conditions"],
  ["disposition_missing", "disp-glp1"],
  ["approval_barred", "disp-glp1"],
])("%s leads to its field of the row", (code, id) => {
  expect(focusId("disp-glp1", code)).toBe(id);
});

test("what was sent is beside the chart, the answers are in it", () => {
  for (const id of ["call", "gate-identity", "item-0f9a", "cond-x", "sufficiency"])
    expect(besideChart(id)).toBe(true);
  for (const id of ["item-answers", "note", "disp-glp1", "chart"])
    expect(besideChart(id)).toBe(false);
});
