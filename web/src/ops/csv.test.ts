import { expect, test } from "vitest";
import { toCsv } from "./csv";
import { stretch } from "./fixtures";

test("each row has as many fields as there are names", () => {
  const figures = stretch(0, { arrived: 3, level_strict: 0.5 });
  const text = toCsv([{ when: "2026-11-27", figures }], "day");
  const [names = "", row = "", end] = text.split("\r\n");
  expect(names.startsWith("day,arrived,answered,abandoned")).toBe(true);
  expect(row.startsWith("2026-11-27,3,0,0")).toBe(true);
  expect(row.split(",")).toHaveLength(names.split(",").length);
  expect(row).toContain(",0.5,");
  expect(end).toBe("");
});

test("what is not known is an empty field, and what could break a line is quoted", () => {
  const text = toCsv([{ when: 'a"b,c', figures: stretch(0) }], "day");
  expect(text).toContain('"a""b,c",0');
  expect(text.trimEnd().endsWith(",,,,,,,")).toBe(true);
});
