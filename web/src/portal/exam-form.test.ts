import { describe, expect, test } from "vitest";
import {
  type ExamForm,
  emptyForm,
  examOf,
  faultsFrom,
  faultsOf,
  toggled,
  withProduct,
} from "./exam-form";

const TODAY = "2026-11-23";

const good: ExamForm = {
  ...emptyForm("site-1"),
  name: " Mira Vale ",
  birthDate: "1990-02-03",
  treatments: { neurotoxin: "" },
};

describe("a new exam", () => {
  test("wants a name, a date of birth and a treatment, and nothing more", () => {
    expect(Object.keys(faultsOf(emptyForm("site-1"), TODAY))).toEqual([
      "name",
      "birthDate",
      "treatments",
    ]);
    expect(faultsOf(good, TODAY)).toEqual({});
  });

  test.each([
    ["2026-11-24", "future"],
    ["1850-01-01", "year"],
    ["", "Write"],
  ])("refuses %s as a date of birth", (birthDate, words) => {
    expect(faultsOf({ ...good, birthDate }, TODAY).birthDate).toContain(words);
  });

  test("refuses a phone number or address that the server would", () => {
    expect(Object.keys(faultsOf({ ...good, phone: "call me", email: "x" }, TODAY))).toEqual([
      "phone",
      "email",
    ]);
    expect(faultsOf({ ...good, phone: "+1 (480) 555-0101", email: "a@b.co" }, TODAY)).toEqual(
      {},
    );
  });

  test("refuses more treatments than a request may carry", () => {
    const many = Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`class${i}`, ""]));
    expect(faultsOf({ ...good, treatments: many }, TODAY).treatments).toContain("at most 8");
  });

  test("is sent trimmed, with products where one was chosen", () => {
    const form = withProduct(toggled(good, "filler"), "filler", "calcium_hydroxylapatite");
    expect(examOf(form, "request-01")).toEqual({
      request_id: "request-01",
      patient: { legal_name: "Mira Vale", birth_date: "1990-02-03", phone: "", email: "" },
      site_id: "site-1",
      treatments: [
        { treatment_class: "neurotoxin", product: null },
        { treatment_class: "filler", product: "calcium_hydroxylapatite" },
      ],
    });
  });

  test("a treatment that is chosen twice is not chosen", () => {
    expect(toggled(toggled(good, "filler"), "filler").treatments).toEqual(good.treatments);
  });

  test("shows the server's complaint beside the field that it names", () => {
    expect(
      Object.keys(faultsFrom(["patient.birth_date", "treatments.0.product", "x"])),
    ).toEqual(["birthDate", "treatments"]);
  });
});
