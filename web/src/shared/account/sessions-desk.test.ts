import { afterEach, expect, test, vi } from "vitest";
import { lateServer } from "../late-server";
import { SessionsDesk } from "./sessions-desk";

afterEach(() => vi.unstubAllGlobals());

test("a session that was not asked about, or not ended, is not said to be ended", async () => {
  const server = lateServer();
  const desk = new SessionsDesk("/api/v1/ops");
  const others = desk.endOthers();
  await server.reached(1);
  expect(await desk.end("this-one")).toBe(false);
  server.answer({ sessions: [] });
  expect(await others).toBe(true);
  expect(server.asked.length).toBe(1);

  const refused = desk.end("this-one");
  await server.reached(2);
  server.refuse(503);
  expect(await refused).toBe(false);
  const ended = desk.end("this-one");
  await server.reached(3);
  server.answer({ sessions: [] });
  expect(await ended).toBe(true);
});
