import { expect, test } from "vitest";
import { openingWords } from "./opening";

const NOW = Date.parse("2026-11-27T18:00:00Z"); // a Friday, 11 in the morning in Phoenix
const ZONE = "America/Phoenix";
const words = (iso: string, locale = "en-US"): string =>
  openingWords(Date.parse(iso), NOW, locale, ZONE).replaceAll("\u202f", " ");

test("later today is a time alone", () => {
  expect(words("2026-11-27T21:00:00Z")).toBe("2:00 PM");
});

test("on another day of the week its name comes first", () => {
  expect(words("2026-11-30T21:00:00Z")).toBe("Monday 2:00 PM");
  expect(words("2026-11-30T21:00:00Z", "es-US")).toContain("lunes");
});

test("the day is the one of the patient's wall clock", () => {
  expect(words("2026-11-28T05:00:00Z")).toBe("10:00 PM");
  expect(words("2026-11-28T07:30:00Z")).toBe("Saturday 12:30 AM");
});

test("further away than a week it is a date", () => {
  expect(words("2026-12-14T21:00:00Z")).toMatch(/^Dec 14,? (at )?2:00 PM$/);
});
