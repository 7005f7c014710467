import { afterEach, expect, test, vi } from "vitest";
import type { Ack } from "../shared/protocol/types";
import { ChartDesk } from "./chart-desk";

const OK: Ack = { ok: true, id: "1", result: {}, error: null };
const REFUSED: Ack = {
  ok: false,
  id: "2",
  result: null,
  error: {
    code: "retry",
    message: "The server is busy.",
    retry: true,
    fields: [],
    opens_at_ms: null,
  },
};

afterEach(() => vi.unstubAllGlobals());

/** Its commands are answered one after the other; nothing can be read from the server. */
function chartOf(...acks: Ack[]): ChartDesk {
  vi.stubGlobal("fetch", async () => Response.json({}, { status: 503 }));
  return new ChartDesk("encounter-1", async () => acks.shift() ?? OK);
}

test("why an emergency was not told stays until it is told, whatever prompt is ticked", async () => {
  const chart = chartOf(REFUSED, OK, OK);
  const raising = chart.raiseEmergency();
  expect(chart.telling.value).toBe(true);
  await raising;
  const why = chart.emergencyProblem.value;
  expect([why === null, chart.telling.value]).toEqual([false, false]);
  await chart.confirm("identity", true);
  expect([chart.emergencyProblem.value, chart.gateProblem.value]).toEqual([why, null]);
  await chart.raiseEmergency();
  expect(chart.emergencyProblem.value).toBeNull();
  chart.dispose();
});

test("what the patient wrote is not silently left unread", async () => {
  const chart = chartOf(REFUSED, OK);
  await chart.readAnswers("ab12");
  expect(chart.answersProblem.value).not.toBeNull();
  await chart.confirm("identity", true);
  expect(chart.answersProblem.value).not.toBeNull();
  chart.dispose();
});
