import { afterEach, expect, test, vi } from "vitest";
import type { PartRow } from "../../shared/files/words";
import { type Late, lateServer } from "../../shared/late-server";
import type { PractitionerFileView } from "../../shared/protocol/types";
import { FilesDesk } from "./desk";

afterEach(() => vi.unstubAllGlobals());

const fileOf = (id: string): PractitionerFileView =>
  ({ practitioner_id: id, display_name: `Dr. ${id}` }) as PractitionerFileView;
const ADA = fileOf("Ada");
const BEA = fileOf("Bea");

async function shown(server: Late, file: PractitionerFileView): Promise<FilesDesk> {
  const desk = new FilesDesk();
  desk.list.value = { people: [], standard: null, unseen: 0, now_ms: 0 };
  const showing = desk.show(file.practitioner_id);
  await server.reached(1);
  server.answer(file);
  await showing;
  expect(desk.file.value).toEqual(file);
  return desk;
}

test("a file that comes late is not shown at the address of another", async () => {
  const server = lateServer();
  const desk = await shown(server, BEA);
  const first = desk.show("Ada");
  await server.reached(2);
  const second = desk.show("Bea");
  await server.reached(3);
  server.answer(ADA);
  await first;
  expect(desk.file.value).toBeNull();
  server.answer(BEA);
  await second;
  expect(desk.file.value).toEqual(BEA);
});

test("what is done late in one file is said with its name, and leaves another one alone", async () => {
  const server = lateServer();
  const desk = await shown(server, ADA);
  desk.verifying.value = { of: ADA, row: { id: "licence-1" } as PartRow };
  const changing = desk.change(ADA, "POST", "authorities/licence-1/verify", {}, "AZ: verified");
  await server.reached(2);
  const showing = desk.show("Bea");
  expect(desk.verifying.value).toBeNull();
  await server.reached(3);
  server.answer(ADA);
  expect(await changing).toBe(true);
  expect([desk.file.value, desk.said.value]).toEqual([null, "Dr. Ada. AZ: verified"]);
  server.answer(BEA);
  await showing;
  expect(desk.file.value).toEqual(BEA);
});

test("a refusal that comes late is not said of another file", async () => {
  const server = lateServer();
  const desk = await shown(server, ADA);
  const changing = desk.change(ADA, "POST", "exclusion-checks", {}, "entered");
  await server.reached(2);
  const showing = desk.show("Bea");
  await server.reached(3);
  server.refuse(409, "not_found");
  expect(await changing).toBe(false);
  expect([desk.error.value, desk.missed.value]).toEqual([null, "Dr. Ada"]);
  server.answer(BEA);
  await showing;
});

test("what a form was made for is where it is sent", async () => {
  const server = lateServer();
  const desk = await shown(server, BEA);
  const sending = desk.send(ADA, "Diploma", new Blob(["x"]) as File);
  await server.reached(2);
  expect(server.asked[1]?.path).toBe("/api/v1/compliance/practitioners/Ada/documents");
  server.answer(ADA);
  expect(await sending).toBe(true);
  expect(desk.file.value).toEqual(BEA);
});
