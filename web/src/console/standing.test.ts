import { afterEach, expect, test, vi } from "vitest";
import { type Late, lateServer } from "../shared/late-server";
import { StandingDesk } from "./standing";

afterEach(() => vi.unstubAllGlobals());

async function signedIn(): Promise<{ desk: StandingDesk; server: Late }> {
  const server = lateServer();
  const desk = new StandingDesk("/api/v1/portal/session");
  const asking = desk.ask();
  await server.reached(1);
  server.answer({ display_name: "Mila" });
  await asking;
  return { desk, server };
}

test("a sign-out that the server does not confirm is not one", async () => {
  const { desk, server } = await signedIn();
  const leaving = desk.signOut();
  expect(desk.leaving.value).toBe("asking");
  await server.reached(2);
  server.refuse(503);
  await leaving;
  expect([desk.leaving.value, desk.now.value.name]).toEqual(["refused", "in"]);
  desk.stay();
  expect(desk.leaving.value).toBeNull();
});

test("whoever is without a connection is still signed in, and can try again", async () => {
  const { desk, server } = await signedIn();
  const leaving = desk.signOut();
  await server.reached(2);
  server.drop();
  await leaving;
  expect(desk.leaving.value).toBe("refused");
  const again = desk.signOut();
  await server.reached(3);
  server.answer(null);
  await server.reached(4);
  server.answer({ demo: false });
  await again;
  expect([desk.leaving.value, desk.now.value.name]).toEqual([null, "out"]);
  expect(server.asked.map((one) => one.method)).toEqual(["GET", "DELETE", "DELETE", "GET"]);
});

test("a session that is over already is signed out of", async () => {
  const { desk, server } = await signedIn();
  const leaving = desk.signOut();
  await server.reached(2);
  server.refuse(401, "not_signed_in");
  await server.reached(3);
  server.answer({ demo: false });
  await leaving;
  expect(desk.now.value.name).toBe("out");
});
