import { afterEach, expect, test, vi } from "vitest";
import { lateServer } from "../../shared/late-server";
import { EmergencyDesk } from "./desk";

afterEach(() => vi.unstubAllGlobals());

const NONE = { waiting: 0, signed_in: 0, newest_ms: null };

test("reasons that come when the tab is left are not kept, and not read again by themselves", async () => {
  const server = lateServer();
  const desk = new EmergencyDesk();
  await server.reached(1);
  server.answer(NONE);
  const loading = desk.load();
  await server.reached(2);
  desk.leave();
  server.answer({ waiting: 1, accesses: [] });
  await loading;
  expect([desk.view.value, desk.waiting.value]).toEqual([null, 1]);
  const looking = desk.look();
  await server.reached(3);
  server.answer({ ...NONE, waiting: 2, newest_ms: 1 });
  await looking;
  expect(server.asked.length).toBe(3);

  const again = desk.load();
  await server.reached(4);
  server.answer({ waiting: 2, accesses: [] });
  await again;
  expect(desk.view.value).not.toBeNull();
  desk.close();
});
