import { afterEach, expect, test, vi } from "vitest";
import { lateServer } from "../../shared/late-server";
import { Choice, formsOf } from "./choice";
import { ComplianceDesk } from "./desk";

afterEach(() => vi.unstubAllGlobals());

test("professions with the same classes are opened together", () => {
  const chosen = new Set(["MD filler", "MD prp", "NP filler", "DO filler", "DO prp"]);
  expect(formsOf("AZ", chosen, " Memo 7 ")).toEqual([
    {
      jurisdiction: "AZ",
      professions: ["MD", "DO"],
      treatment_classes: ["filler", "prp"],
      reference: "Memo 7",
    },
    {
      jurisdiction: "AZ",
      professions: ["NP"],
      treatment_classes: ["filler"],
      reference: "Memo 7",
    },
  ]);
});

test("nothing chosen opens nothing", () => {
  expect(formsOf("AZ", new Set(), "Memo 7")).toEqual([]);
});

test("what was sent leaves the page at once, and its answer clears nothing of the next choice", async () => {
  const server = lateServer();
  const choice = new Choice(new ComplianceDesk(), "AZ", "Arizona");
  choice.toggle(["MD filler", "MD prp"]);
  choice.reference.value = "Memo 7";
  const sent = choice.act("openings");
  await server.reached(1);
  expect(choice.ready).toBe(false);
  choice.toggle(["NP filler"]);
  choice.reference.value = "Memo 8";
  server.answer({});
  await sent;
  expect([...choice.chosen.value]).toEqual(["NP filler"]);
  expect(choice.reference.value).toBe("Memo 8");
});

test("what was refused is there again, without what was done before it", async () => {
  const server = lateServer();
  const choice = new Choice(new ComplianceDesk(), "AZ", "Arizona");
  choice.toggle(["MD filler", "MD prp", "NP filler"]);
  choice.reference.value = "Memo 7";
  const sent = choice.act("closings");
  await server.reached(1);
  server.answer({});
  await server.reached(2);
  server.refuse(503);
  await sent;
  expect([...choice.chosen.value]).toEqual(["NP filler"]);
  expect(choice.reference.value).toBe("Memo 7");
});

test("what was refused does not mix with what was begun meanwhile", async () => {
  const server = lateServer();
  const choice = new Choice(new ComplianceDesk(), "AZ", "Arizona");
  choice.toggle(["MD filler"]);
  choice.reference.value = "Memo 7";
  const sent = choice.act("openings");
  await server.reached(1);
  choice.toggle(["NP prp"]);
  server.refuse(503);
  await sent;
  expect([...choice.chosen.value]).toEqual(["NP prp"]);
  expect(choice.reference.value).toBe("");
});
