import { expect, test } from "vitest";
import { formsOf } from "./opening";

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
