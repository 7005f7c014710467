import { afterEach, expect, test, vi } from "vitest";
import { lateServer } from "../../shared/late-server";
import { ComplianceDesk } from "./desk";

afterEach(() => vi.unstubAllGlobals());

test("a jurisdiction that comes late does not stand in the place of another", async () => {
  const server = lateServer();
  const desk = new ComplianceDesk();
  const first = desk.show("AZ");
  await server.reached(1);
  const second = desk.show("NY");
  await server.reached(2);
  server.answer({ code: "AZ" });
  await first;
  expect(desk.place.value).toBeNull();
  server.answer({ code: "NY" });
  await second;
  expect(desk.place.value?.code).toBe("NY");

  // An act reads the one again where it was done; by then the page may be elsewhere.
  const acting = desk.act("PUT", "openings/NY", {}, "opened");
  await server.reached(3);
  server.answer({});
  await server.reached(4);
  const third = desk.show("AZ");
  await server.reached(5);
  server.answer({ code: "NY" });
  expect(await acting).toBe(true);
  expect(desk.place.value).toBeNull();
  server.refuse(503);
  await third;
  expect(desk.error.value?.code).toBe("retry");
});
