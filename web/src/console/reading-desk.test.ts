import { afterEach, expect, test, vi } from "vitest";
import { lateServer } from "../shared/late-server";
import type { EmergencyAccessView } from "../shared/protocol/types";
import { ReadingDesk } from "./reading-desk";

afterEach(() => vi.unstubAllGlobals());

test("why an emergency access goes on that was to end is said of that access", async () => {
  const server = lateServer();
  const desk = new ReadingDesk();
  await server.reached(1);
  server.answer({ now_ms: 0, open: [] });
  const access = { id: "access-1", exams: [] as unknown } as EmergencyAccessView;
  const ending = desk.end(access);
  await server.reached(2);
  server.refuse(503);
  await ending;
  expect([desk.notEnded.value?.id, desk.error.value]).toEqual(["access-1", null]);
  const again = desk.end(access);
  expect(desk.notEnded.value).toBeNull();
  await server.reached(3);
  server.answer({ now_ms: 0, open: [] });
  await again;
  expect(desk.notEnded.value).toBeNull();
  desk.close();
});
