import { afterEach, expect, test, vi } from "vitest";
import { type Late, lateServer } from "../shared/late-server";
import type { SameDayForm } from "../shared/protocol/types";
import { NOTHING_CHECKED, sameDayOf } from "./coverage";
import { CoverageDesk } from "./coverage-desk";

afterEach(() => vi.unstubAllGlobals());

const ROSA = { name: "Rosa Delgado", birthDate: "1990-05-01", treatmentClass: "filler" };
const VERA = { ...ROSA, name: "Vera Quist" };
const PREGNANT: SameDayForm = sameDayOf({ pregnancy: true }, "patient", "");

function askingFor(who: typeof ROSA): { desk: CoverageDesk; server: Late } {
  const desk = new CoverageDesk("site-1");
  desk.edit(who);
  return { desk, server: lateServer() };
}

function names(server: Late): readonly string[] {
  const bodies = server.asked.map((one) => one.body as { patient: { legal_name: string } });
  return bodies.map((one) => one.patient.legal_name);
}

test("an answer that comes late does not stand beside another patient's name", async () => {
  const { desk, server } = askingFor(ROSA);
  const first = desk.lookUp();
  await server.reached(1);
  desk.edit(VERA);
  const second = desk.lookUp();
  server.answer({ jws: "of Rosa" });
  await first;
  expect(desk.answer.value).toBeNull();
  await server.reached(2);
  server.answer({ jws: "of Vera" });
  await second;
  expect(names(server)).toEqual(["Rosa Delgado", "Vera Quist"]);
  expect(desk.answer.value).toMatchObject({ asked: VERA, view: { jws: "of Vera" } });
  expect(desk.busy.value).toBe(false);
});

test("a refusal that comes late is not said of another patient", async () => {
  const { desk, server } = askingFor(ROSA);
  const first = desk.lookUp();
  await server.reached(1);
  desk.edit(VERA);
  server.refuse(503);
  await first;
  expect([desk.error.value, desk.notKept.value]).toEqual([null, ""]);
});

test("a same-day check waits for what is on its way, and is kept for whom it was answered", async () => {
  const { desk, server } = askingFor(ROSA);
  const looking = desk.lookUp();
  await server.reached(1);
  const checking = desk.check(desk.asked.value, PREGNANT);
  desk.edit(VERA);
  server.answer({ jws: "of Rosa" });
  await looking;
  await server.reached(2);
  expect(server.asked[1]?.body).toMatchObject({
    patient: { legal_name: "Rosa Delgado" },
    same_day: { pregnancy: true },
  });
  server.refuse(503);
  await checking;
  expect(desk.answer.value).toBeNull();
  expect(desk.notKept.value).toBe("Rosa Delgado");
});

test("a yes that is typed while an answer is on its way is still there after it", async () => {
  const { desk, server } = askingFor(ROSA);
  const looking = desk.lookUp();
  await server.reached(1);
  const typed = { ...NOTHING_CHECKED, said: { pregnancy: true } };
  desk.typed.value = typed;
  server.answer({ jws: "of Rosa" });
  await looking;
  expect(desk.typed.value).toBe(typed);
  const checking = desk.check(desk.asked.value, PREGNANT);
  await server.reached(2);
  server.answer({ jws: "ended" });
  await checking;
  expect(desk.typed.value).toBe(NOTHING_CHECKED);
  desk.typed.value = typed;
  desk.edit(VERA);
  expect(desk.typed.value).toBe(NOTHING_CHECKED);
});

test("what is looked up twice is asked once", async () => {
  const { desk, server } = askingFor(ROSA);
  const looking = desk.lookUp();
  await desk.lookUp();
  await server.reached(1);
  server.answer({ jws: "of Rosa" });
  await looking;
  expect(server.asked.length).toBe(1);
});
