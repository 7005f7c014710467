import { describe, expect, test } from "vitest";
import { keysOf } from "../shared/i18n";
import { JURISDICTIONS, jurisdictionName } from "../shared/jurisdictions";
import {
  chooseProduct,
  isBirthDate,
  locationAtSite,
  sameTreatments,
  toggleTreatment,
  wrongIdentity,
  wrongLocation,
} from "./forms";
import { joinEn } from "./locales/en";
import { joinEs } from "./locales/es";

const TODAY = "2026-11-22";
const IDENTITY = {
  legal_name: "Ana Ruiz",
  birth_date: "1990-05-01",
  phone: "(480) 555-0100",
  email: "",
  emergency_name: "Luis Ruiz",
  emergency_phone: "+1 480 555 0101",
  language: "en",
} as const;
const LOCATION = {
  jurisdiction: "AZ",
  street: "1 Main St",
  city: "Scottsdale",
  postal_code: "85251",
  at_site: false,
  attested: true,
};

test("there are 51 jurisdictions, each once, the District of Columbia included", () => {
  expect(JURISDICTIONS).toHaveLength(51);
  expect(new Set(JURISDICTIONS.map((each) => each.code)).size).toBe(51);
  expect(
    JURISDICTIONS.every(({ code, name }) => /^[A-Z]{2}$/.test(code) && name.length > 3),
  ).toBe(true);
  expect(jurisdictionName("DC")).toBe("District of Columbia");
  expect(jurisdictionName("WY")).toBe("Wyoming");
  expect(jurisdictionName("XX")).toBe("XX");
});

test("both languages of this page say the same things", () => {
  expect(keysOf(joinEs).sort()).toEqual(keysOf(joinEn).sort());
});

describe("who", () => {
  test("a complete form is taken, an e-mail may be left out", () => {
    expect(wrongIdentity(IDENTITY, TODAY)).toEqual({});
  });

  test("each field says what is wrong with it", () => {
    const empty = {
      ...IDENTITY,
      legal_name: " ",
      birth_date: "",
      phone: "12",
      email: "ana",
      emergency_name: "",
      emergency_phone: "call me",
    };
    expect(wrongIdentity(empty, TODAY)).toEqual({
      legal_name: "name",
      birth_date: "birthDate",
      phone: "phone",
      email: "email",
      emergency_name: "name",
      emergency_phone: "phone",
    });
  });

  test.each([
    ["1990-02-28", true],
    ["1990-02-30", false],
    ["2026-11-23", false],
    ["1899-12-31", false],
    ["90-1-1", false],
  ])("%s as a birth date: %s", (text, right) => {
    expect(isBirthDate(text, TODAY)).toBe(right);
  });
});

describe("where", () => {
  test("an address elsewhere must be complete and attested", () => {
    expect(wrongLocation(LOCATION)).toEqual({});
    expect(wrongLocation({ ...LOCATION, attested: false, postal_code: "8525" })).toEqual({
      attested: "attested",
      postal_code: "postal",
    });
    expect(wrongLocation({ ...LOCATION, postal_code: "85251-1234" })).toEqual({});
  });

  test("at the spa its address is the patient's", () => {
    const site = {
      site_id: "s",
      name: "Glow",
      street: "1 Main St",
      city: "Scottsdale",
      jurisdiction: "AZ",
      postal_code: "85251",
      spa_name: "Glow",
    };
    expect(locationAtSite(site)).toEqual({ ...LOCATION, at_site: true });
  });
});

describe("what", () => {
  test("a treatment is ticked and unticked, its product goes with it", () => {
    const one = chooseProduct(toggleTreatment([], "filler"), "filler", "hyaluronic_acid");
    expect(one).toEqual([{ treatment_class: "filler", product: "hyaluronic_acid" }]);
    expect(chooseProduct(one, "filler", "")).toEqual([
      { treatment_class: "filler", product: null },
    ]);
    expect(toggleTreatment(one, "filler")).toEqual([]);
  });

  test("order does not matter, the product does", () => {
    const filler = { treatment_class: "filler", product: null };
    const prp = { treatment_class: "prp", product: null };
    expect(sameTreatments([filler, prp], [prp, filler])).toBe(true);
    expect(sameTreatments([filler], [{ ...filler, product: "x" }])).toBe(false);
  });
});
